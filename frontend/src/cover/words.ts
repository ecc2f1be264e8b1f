import en from '../locales/cover.en.json';
import zh from '../locales/cover.zh-CN.json';
import { addWords } from '../ui/i18n';

addWords({ 'zh-CN': zh, en });
