import en from '../locales/warning.en.json';
import zh from '../locales/warning.zh-CN.json';
import { addWords } from '../ui/i18n';

addWords({ 'zh-CN': zh, en });
