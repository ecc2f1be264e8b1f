import en from '../locales/divert.en.json';
import zh from '../locales/divert.zh-CN.json';
import { addWords } from '../ui/i18n';

addWords({ 'zh-CN': zh, en });
