import { useState } from 'react';

const key = 'octavo.notify';

/** Tells the visitor, where they asked for it and are looking elsewhere. */
export function notify(title: string, body: string): void {
  if (!document.hidden || !isWanted()) return;
  const notification = new Notification(title, { body, icon: '/icon.svg' });
  notification.onclick = () => {
    focus();
    notification.close();
  };
}

/** Whether notifications are asked for, and how to ask or not. Undefined where the browser has none (plain HTTP, refused). */
export function useNotificationWish(): { wanted: boolean; toggle(): Promise<void> } | undefined {
  const [wanted, setWanted] = useState(isWanted);
  if (!('Notification' in globalThis) || !isSecureContext || Notification.permission === 'denied')
    return undefined;
  return {
    wanted,
    async toggle() {
      const granted = !wanted && (await Notification.requestPermission()) === 'granted';
      if (granted) localStorage.setItem(key, 'yes');
      else localStorage.removeItem(key);
      setWanted(granted);
    },
  };
}

function isWanted(): boolean {
  return (
    'Notification' in globalThis &&
    Notification.permission === 'granted' &&
    localStorage.getItem(key) === 'yes'
  );
}
