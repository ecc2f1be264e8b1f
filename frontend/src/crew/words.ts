import en from '../locales/crew.en.json';
import zh from '../locales/crew.zh-CN.json';
import { addWords } from '../ui/i18n';

addWords({ 'zh-CN': zh, en });
