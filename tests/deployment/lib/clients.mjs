// Clients as a page has them, over TLS and through nginx.
import { createHmac } from 'node:crypto';
import Echo from 'laravel-echo';
import Pusher from 'pusher-js';
import './net.mjs';

export const app = { app_id: 'my-app', key: 'my-key', secret: 'my-secret' };

/** Laravel Echo with the options that Laravel's own echo.js has. */
export function echo(t, site, options = {}) {
    const client = new Echo({
        broadcaster: 'reverb',
        Pusher,
        key: app.key,
        wsHost: 'ws.example.com',
        wsPort: site.ports.https,
        wssPort: site.ports.https,
        forceTLS: true,
        enabledTransports: ['ws', 'wss'],
        // Stands for /broadcasting/auth of the application.
        channelAuthorization: {
            customHandler: ({ socketId, channelName }, callback) =>
                callback(null, {
                    auth: `${app.key}:${createHmac('sha256', app.secret).update(`${socketId}:${channelName}`).digest('hex')}`,
                }),
        },
        ...options,
    });
    t.after(() => client.disconnect());
    return client;
}

/** What `start` hands its callback, which is called within so many seconds. */
export function within(what, start, seconds = 20) {
    return new Promise((resolve, reject) => {
        const timer = setTimeout(() => reject(new Error(`no ${what} within ${seconds} s`)), seconds * 1000);
        start((data) => {
            clearTimeout(timer);
            resolve(data);
        });
    });
}

export const joined = (channel, seconds) => within('subscription', (done) => channel.subscribed(done), seconds);

/** The next event of pusher-js's connection with this name. */
export const next = (client, event, seconds) =>
    within(event, (done) => {
        const { connection } = client.connector.pusher;
        const once = (data) => {
            connection.unbind(event, once);
            done(data);
        };
        connection.bind(event, once);
    }, seconds);
