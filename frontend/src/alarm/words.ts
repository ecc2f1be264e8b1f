import en from '../locales/alarm.en.json';
import zh from '../locales/alarm.zh-CN.json';
import { addWords } from '../ui/i18n';

addWords({ 'zh-CN': zh, en });
