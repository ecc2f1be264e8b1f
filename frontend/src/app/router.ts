import { createRouter, createWebHistory } from 'vue-router';
import { readLabels } from '../api/labels';
import { may, readSession, session } from '../api/session';

/** WORKSPACES are the tabs of the top bar; action is what one must be allowed to see it. */
export const WORKSPACES = [
  { name: 'wall', path: '/desk', key: '1', action: 'incident.read' },
  { name: 'field', path: '/field', key: '2', action: 'incident.read' },
  { name: 'plan', path: '/plan', key: '3', action: 'query.run' },
  { name: 'ledgers', path: '/ledgers', key: '4', action: 'ledger.read' },
] as const;

/** landing is where the signed-in account begins: its first workspace, else the accounts, else a page that says why not. */
export function landing(): string {
  if (session.value?.must_change_password) return '/';
  return WORKSPACES.find((w) => may(w.action))?.path ?? (may('account.manage') ? '/admin' : '/');
}

export const router = createRouter({
  history: createWebHistory(),
  routes: [
    { path: '/', name: 'welcome', component: () => import('./WelcomeView.vue') },
    { path: '/desk', name: 'desk', component: () => import('./WallView.vue'), props: { controls: true }, meta: { action: 'incident.read' } },
    { path: '/wall', name: 'wall', component: () => import('./WallView.vue'), props: { controls: false }, meta: { action: 'incident.read' } },
    { path: '/field', name: 'field', component: () => import('./FieldView.vue'), meta: { action: 'incident.read' } },
    { path: '/plan', name: 'plan', component: () => import('./PlanView.vue'), meta: { action: 'query.run' } },
    { path: '/ledgers/:ledger?/:id?', name: 'ledgers', component: () => import('./LedgersView.vue'), meta: { action: 'ledger.read' } },
    { path: '/import', name: 'import', component: () => import('./ImportView.vue'), meta: { action: 'layer.import' } },
    { path: '/report', name: 'report', component: () => import('./ReportView.vue'), meta: { action: 'query.run' } },
    { path: '/admin', name: 'admin', component: () => import('./AdminView.vue'), meta: { action: 'account.manage' } },
    { path: '/ingest', name: 'ingest', component: () => import('./IngestView.vue'), meta: { action: 'terminal.read' } },
    { path: '/warnings/:id?', name: 'warnings', component: () => import('./WarningView.vue'), meta: { action: 'warning.read' } },
    { path: '/sign-in', name: 'sign-in', component: () => import('./SignIn.vue'), meta: { open: true } },
    { path: '/:rest(.*)*', redirect: '/' },
  ],
});

router.beforeEach(async (to) => {
  if (to.meta.open) return true;
  if (session.value === undefined) {
    const opened = await readSession().catch(() => null);
    if (opened && !opened.must_change_password) await readLabels().catch(() => undefined);
  }
  if (!session.value) return { name: 'sign-in', query: to.fullPath === '/' ? {} : { to: to.fullPath } };
  const action = to.meta.action as string | undefined;
  const begin = landing();
  const allowed = to.name === 'welcome' ? begin === '/' : begin !== '/' && (!action || may(action));
  return allowed || begin;
});
