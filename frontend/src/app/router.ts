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

export const router = createRouter({
  history: createWebHistory(),
  routes: [
    { path: '/', redirect: '/desk' },
    { path: '/desk', name: 'desk', component: () => import('./WallView.vue'), props: { controls: true } },
    { path: '/wall', name: 'wall', component: () => import('./WallView.vue'), props: { controls: false } },
    { path: '/field', name: 'field', component: () => import('./FieldView.vue') },
    { path: '/plan', name: 'plan', component: () => import('./PlanView.vue') },
    { path: '/ledgers/:ledger?/:id?', name: 'ledgers', component: () => import('./LedgersView.vue') },
    { path: '/admin', name: 'admin', component: () => import('./AdminView.vue'), meta: { action: 'account.manage' } },
    { path: '/sign-in', name: 'sign-in', component: () => import('./SignIn.vue'), meta: { open: true } },
    { path: '/:rest(.*)*', redirect: '/desk' },
  ],
});

router.beforeEach(async (to) => {
  if (to.meta.open) return true;
  if (session.value === undefined) {
    await readSession().catch(() => null);
    if (session.value) await readLabels().catch(() => undefined);
  }
  if (!session.value) return { name: 'sign-in', query: to.fullPath === '/' ? {} : { to: to.fullPath } };
  const action = to.meta.action as string | undefined;
  return !action || may(action) || { name: 'desk' };
});
