import en from '../locales/aftermath.en.json';
import zh from '../locales/aftermath.zh-CN.json';
import { addWords } from '../ui/i18n';

addWords({ 'zh-CN': zh, en });
