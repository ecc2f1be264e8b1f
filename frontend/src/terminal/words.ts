import en from '../locales/terminal.en.json';
import zh from '../locales/terminal.zh-CN.json';
import { addWords } from '../ui/i18n';

addWords({ 'zh-CN': zh, en });
