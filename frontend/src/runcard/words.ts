import en from '../locales/runcard.en.json';
import zh from '../locales/runcard.zh-CN.json';
import { addWords } from '../ui/i18n';

addWords({ 'zh-CN': zh, en });
