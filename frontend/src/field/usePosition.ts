import { onScopeDispose, ref, shallowRef } from 'vue';
import type { LonLat } from '../api/types';

/** Where this device is; it stays on the device. accuracy in metres. */
export interface Here { point: LonLat; accuracy: number; at: number }

/** Follows the device's position from the first ask on; why says what kept it from being known. */
export function usePosition() {
  const here = shallowRef<Here>();
  const why = ref<'' | 'denied' | 'unavailable'>('');
  let watching: number | undefined;

  function ask(): void {
    if (!('geolocation' in navigator) || !isSecureContext) {
      why.value = 'unavailable';
      return;
    }
    stop();
    watching = navigator.geolocation.watchPosition(
      ({ coords, timestamp }) => {
        here.value = { point: [coords.longitude, coords.latitude], accuracy: coords.accuracy, at: timestamp };
        why.value = '';
      },
      (refused) => (why.value = refused.code === refused.PERMISSION_DENIED ? 'denied' : 'unavailable'),
      { enableHighAccuracy: true, maximumAge: 10_000, timeout: 20_000 },
    );
  }

  function stop(): void {
    if (watching !== undefined) navigator.geolocation.clearWatch(watching);
    watching = undefined;
  }

  onScopeDispose(stop);
  return { here, why, ask, stop };
}
