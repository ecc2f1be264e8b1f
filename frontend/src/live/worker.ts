import { buffers } from './decode';
import { Link, type Wire } from './link';
import type { FromWorker, ToWorker } from './protocol';

let url = '';

const link = new Link({
  open: () => new WebSocket(url) as unknown as Wire,
  tell(message: FromWorker) {
    const hand = message.type === 'fixes' ? buffers(message.fixes) : [];
    self.postMessage(message, { transfer: hand });
  },
  later(run, ms) {
    const id = setTimeout(run, ms);
    return () => clearTimeout(id);
  },
  now: () => Date.now(),
  chance: () => Math.random(),
});

self.onmessage = ({ data }: MessageEvent<ToWorker>) => {
  if (data.type === 'start') {
    url = data.url;
    link.start();
  }
  if (data.type === 'stop') link.stop();
  if (data.type === 'hurry') link.hurry();
};
