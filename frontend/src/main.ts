import './tt';
import { createApp } from 'vue';
import App from './app/App.vue';
import { router } from './app/router';
import { startClock } from './ui/clock';
import { i18n } from './ui/i18n';
import { useSettings } from './ui/settings';
import './ui/vendor.css';
import './ui/tokens.css';
import './ui/base.css';
import './ui/control.css';
import './ui/panel.css';

useSettings();
startClock();
createApp(App)
  .use(i18n)
  .use(router)
  .mount('#app');
