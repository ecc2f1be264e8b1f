import en from '../locales/recommend.en.json';
import zh from '../locales/recommend.zh-CN.json';
import { addWords } from '../ui/i18n';

addWords({ 'zh-CN': zh, en });
