import en from '../locales/intake.en.json';
import zh from '../locales/intake.zh-CN.json';
import { addWords } from '../ui/i18n';

addWords({ 'zh-CN': zh, en });
