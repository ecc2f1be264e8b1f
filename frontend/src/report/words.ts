import en from '../locales/report.en.json';
import zh from '../locales/report.zh-CN.json';
import { addWords } from '../ui/i18n';

addWords({ 'zh-CN': zh, en });
