import en from '../locales/import.en.json';
import zh from '../locales/import.zh-CN.json';
import { addWords } from '../ui/i18n';

addWords({ 'zh-CN': zh, en });
