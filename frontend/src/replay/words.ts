import en from '../locales/replay.en.json';
import zh from '../locales/replay.zh-CN.json';
import { addWords } from '../ui/i18n';

addWords({ 'zh-CN': zh, en });
