import { reactive } from 'vue';

/** shell is what is open over the workspaces, alarms the list of them; typed is what was typed for the palette before it was there to take it. */
export const shell = reactive({ palette: false, typed: '', sheet: false, alarms: false, password: false });
