import en from '../locales/joint.en.json';
import zh from '../locales/joint.zh-CN.json';
import { addWords } from '../ui/i18n';
import './words';

addWords({ 'zh-CN': zh, en });
