import en from '../locales/plan.en.json';
import zh from '../locales/plan.zh-CN.json';
import { addWords } from '../ui/i18n';

addWords({ 'zh-CN': zh, en });
