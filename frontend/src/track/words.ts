import en from '../locales/track.en.json';
import zh from '../locales/track.zh-CN.json';
import { addWords } from '../ui/i18n';

addWords({ 'zh-CN': zh, en });
