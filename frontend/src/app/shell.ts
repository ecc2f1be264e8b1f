import { reactive } from 'vue';

/** shell is what is open over the workspaces. */
export const shell = reactive({ palette: false, sheet: false, password: false });
