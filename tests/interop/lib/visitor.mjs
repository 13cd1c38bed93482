// A page's client, as a process: Laravel Echo with the application's own /broadcasting/auth. The
// argument says, as JSON, where server and application are and who visits. What happens is told
// on standard output, a line of JSON each; a line {"whisper": name, "data": …} on standard input
// is whispered on the order's channel.
import { createInterface } from 'node:readline';
import Echo from 'laravel-echo';
import Pusher from 'pusher-js';

const { key, host, port, application, visitor, order } = JSON.parse(process.argv[2]);
const tell = (what, data = null) => console.log(JSON.stringify({ what, data }));

const echo = new Echo({
    broadcaster: 'reverb',
    Pusher,
    key,
    wsHost: host,
    wsPort: port,
    wssPort: port,
    forceTLS: false,
    enabledTransports: ['ws', 'wss'],
    authEndpoint: `${application}/broadcasting/auth`,
    auth: { headers: { 'X-Visitor': visitor } },
});
echo.connector.pusher.connection.bind('connected', () => tell('connected', echo.socketId()));

const orders = echo
    .private(`orders.${order}`)
    .subscribed(() => tell('subscribed'))
    .listen('OrderShipped', (data) => tell('OrderShipped', data))
    .listen('OrderQueued', (data) => tell('OrderQueued', data))
    .listen('.answer', (data) => tell('answer', data))
    .error(() => tell('refused'));

echo.join('room')
    .here((members) => tell('here', members.map(({ id }) => id).sort()))
    .joining(({ id }) => tell('joining', id))
    .leaving(({ id }) => tell('leaving', id));

createInterface({ input: process.stdin })
    .on('line', (line) => {
        const { whisper, data } = JSON.parse(line);
        orders.whisper(whisper, data);
        tell('whispered');
    })
    .on('close', () => process.exit(0));
