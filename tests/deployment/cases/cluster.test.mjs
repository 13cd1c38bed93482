// examples/cluster, started by its command: two nodes, Redis and nginx, seen by clients.
import assert from 'node:assert/strict';
import { createHash, createHmac } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { after, before, test } from 'node:test';
import { echo, joined, next, within } from '../lib/clients.mjs';
import { root } from '../lib/examples.mjs';
import { accepts, freePort } from '../lib/net.mjs';
import { Daemon, run, until } from '../lib/processes.mjs';

const ports = { nginx: await freePort(), nodes: [await freePort(), await freePort()], redis: await freePort(), web: await freePort() };
const clients = [];
// Clients live longer than the case that made them.
const lasting = { after: () => {} };
let cluster;
let dir;
let settings;

before(async () => {
    cluster = new Daemon(undefined, `${root}/examples/cluster/run`, [
        `--port=${ports.nginx}`,
        `--nodes=${ports.nodes.join(',')}`,
        `--redis-port=${ports.redis}`,
        `--web-port=${ports.web}`,
    ], { cwd: '/' });
    await until(() => `the cluster's start: ${cluster.output}`, () => cluster.output.includes('Ctrl-C ends') || !cluster.running, 120);
    assert.ok(cluster.running, cluster.output);
    dir = /Logs: (\S+)\/log/.exec(cluster.output)[1];
    settings = Object.fromEntries(
        readFileSync(`${dir}/app/.env`, 'utf8')
            .split('\n')
            .filter((line) => line.includes('=') && !line.startsWith('#'))
            .reverse() // of two lines the first counts
            .map((line) => [line.slice(0, line.indexOf('=')), line.slice(line.indexOf('=') + 1)]),
    );
});

after(async () => {
    clients.forEach(({ connection }) => connection.disconnect());
    await cluster.stop('SIGINT');
});

const sign = (text) => `${settings.REVERB_APP_KEY}:${createHmac('sha256', settings.REVERB_APP_SECRET).update(text).digest('hex')}`;

/** A client that nginx gives a node; it knows who else is here. */
async function connect(user) {
    const connection = echo(lasting, { ports: {} }, {
        key: settings.REVERB_APP_KEY,
        wsHost: '127.0.0.1',
        wsPort: ports.nginx,
        forceTLS: false,
        enabledTransports: ['ws'],
        channelAuthorization: {
            customHandler: ({ socketId, channelName }, callback) => {
                const who = channelName.startsWith('presence-') ? JSON.stringify({ user_id: user, user_info: { name: user } }) : null;
                callback(null, who === null
                    ? { auth: sign(`${socketId}:${channelName}`) }
                    : { auth: sign(`${socketId}:${channelName}:${who}`), channel_data: who });
            },
        },
    });
    const client = { connection, here: [], heard: [] };
    clients.push(client);
    const room = connection
        .join('room')
        .here((members) => (client.here = members.map(({ name }) => name)))
        .joining(({ name }) => client.here.push(name))
        .leaving(({ name }) => (client.here = client.here.filter((other) => other !== name)));
    const chat = connection.private('chat').listen('.App\\Events\\MessageSent', ({ text }) => client.heard.push(text));
    await Promise.all([joined(room), joined(chat)]);
    return client;
}

/** Another process of PHP says something, by the socket of the first node or by Redis. */
async function say(text, environment = {}) {
    const { code, output } = await run(
        'php',
        ['-d', `extension=${process.env.REVERB_EXTENSION}`, 'artisan', 'chat:say', text],
        { cwd: `${dir}/app`, env: { ...process.env, REVERB_SERVER_SOCKET: `${dir}/node-1.sock`, ...environment } },
    );
    assert.equal(code, 0, output);
}

const heard = (client, text) => until(() => `"${text}" to come, besides ${client.heard}`, () => client.heard.includes(text));
const here = (client) => [...client.here].sort();
const sees = (client, ...users) => until(() => `${users}, not ${client.here}`, () => here(client).join() === users.join(), 60);
const seesAll = (client) => sees(client, 'Ana', 'Ben');
const control = (...words) => run('supervisorctl', ['-c', `${dir}/supervisord.conf`, ...words]);
const up = async (port) => (await fetch(`http://127.0.0.1:${port}/up`)).json();

const redis = async (...words) => (await run('redis-cli', ['-p', String(ports.redis), ...words])).output.trim();

/** What Redis was asked for by somebody who may not; kept until it ends. */
const refused = () => redis('ACL', 'LOG');

/** What a command of artisan prints as JSON, with the socket of a node. */
async function artisan(number, command, ...options) {
    const { output } = await run(
        'php',
        ['-d', `extension=${process.env.REVERB_EXTENSION}`, 'artisan', command, '--json', ...options],
        { cwd: `${dir}/app`, env: { ...process.env, REVERB_SERVER_SOCKET: `${dir}/node-${number}.sock` } },
    );
    return JSON.parse(output);
}

/** How many clients each node has itself. */
const connections = () => Promise.all([1, 2].map(async (number) => (await artisan(number, 'reverb:status')).connections));

let ana;
let ben;

test('nginx gives each client a node of its own', async () => {
    ana = await connect('Ana');
    ben = await connect('Ben');
    assert.deepEqual(await connections(), [1, 1]);
    const { cluster: known } = await artisan(2, 'reverb:status');
    assert.equal(known.nodes, 2);
});

test('both see who is here, and hear what is said by either way', async () => {
    await Promise.all([ana, ben].map(seesAll));
    await say('by the socket of node 1');
    await say('by Redis', { REVERB_TRANSPORT: 'redis' });
    for (const client of [ana, ben]) {
        await heard(client, 'by the socket of node 1');
        await heard(client, 'by Redis');
        assert.equal(client.heard.length, 2, 'nothing twice');
    }
});

test('Redis has a channel for each bucket that some node has a channel in', async () => {
    const buckets = (await redis('PUBSUB', 'CHANNELS', 'reverb:{cluster:*')).split('\n');
    // Those of the room and of the chat.
    assert.equal(buckets.length, 2, buckets.join());
    assert.ok(buckets.every((name) => /^reverb:\{cluster:\w+\}$/.test(name)), buckets.join());
});

/** A signed request of the HTTP API, through nginx. */
async function api(path, body) {
    const method = body === undefined ? 'GET' : 'POST';
    const text = JSON.stringify(body);
    const query = new URLSearchParams({
        auth_key: settings.REVERB_APP_KEY,
        auth_timestamp: Math.floor(Date.now() / 1000),
        auth_version: '1.0',
        ...(body && { body_md5: createHash('md5').update(text).digest('hex') }),
    });
    const whole = `/apps/${settings.REVERB_APP_ID}${path}`;
    query.append('auth_signature', createHmac('sha256', settings.REVERB_APP_SECRET).update(`${method}\n${whole}\n${query}`).digest('hex'));
    const response = await fetch(`http://127.0.0.1:${ports.nginx}${whole}?${query}`, {
        method,
        body: text,
        headers: { 'Content-Type': 'application/json' },
    });
    assert.equal(response.status, 200);
    assert.equal(response.headers.get('X-Reverb-Incomplete'), null);
    assert.ok(ports.nodes.includes(Number(/^127\.0\.0\.1:(\d+)$/.exec(response.headers.get('X-Node'))?.[1])));
    return response.json();
}

test('a node answers for both, holds events for both and ends connections of both', async () => {
    const { users } = await api('/channels/presence-room/users');
    assert.deepEqual(users.map(({ id }) => id).sort(), ['Ana', 'Ben']);
    await api('/events', { name: 'held', channel: 'cache-news', data: '{"text":"news"}' });
    for (const { connection } of [ana, ben]) {
        const event = within('the news', (done) => connection.channel('cache-news').listen('.held', done));
        assert.deepEqual(await event, { text: 'news' });
    }
    // Dora is on each of them.
    const doras = [await connect('Dora'), await connect('Dora')];
    assert.deepEqual(await connections(), [2, 2]);
    await Promise.all([ana, ben].map((client) => sees(client, 'Ana', 'Ben', 'Dora')));
    const ends = doras.map(({ connection }) => next(connection, 'error'));
    await api('/users/Dora/terminate_connections', {});
    for (const end of await Promise.all(ends)) {
        assert.equal(end.data.code, 4009);
    }
    await until('no Dora', async () => (await connections()).join() === '1,1');
    await Promise.all([ana, ben].map(seesAll));
});

test('without Redis nodes serve on, each for itself, and with it they are one again', async () => {
    assert.equal(await refused(), '');
    await control('stop', 'redis');
    await until('a node that says so', async () => (await up(ports.nodes[0])).redis === 'down');
    assert.equal((await up(ports.nodes[0])).health, 'OK');
    await say('alone');
    const [onFirst, onSecond] = await until('whoever is on node 1 to hear it', () =>
        [[ana, ben], [ben, ana]].find(([client]) => client.heard.includes('alone')));
    const carla = await connect('Carla');
    assert.ok(!onSecond.heard.includes('alone'), 'Redis is away');
    await control('start', 'redis');
    await until('both nodes to have it again', async () =>
        (await Promise.all(ports.nodes.map(up))).every(({ redis: state }) => state === 'up'), 60);
    await Promise.all([ana, ben, carla].map((client) => sees(client, 'Ana', 'Ben', 'Carla')));
    await say('together');
    await Promise.all([ana, ben, carla].map((client) => heard(client, 'together')));
    const times = (client) => client.heard.filter((text) => text === 'alone').length;
    assert.equal(times(onFirst), 1);
    assert.ok(times(onSecond) <= 1, 'it waits for Redis, and is lost where node 2 is later there than node 1');
    carla.connection.disconnect();
    await Promise.all([ana, ben].map(seesAll));
});

test('the clients of a node that is killed are back, and nobody was seen to leave for good', async () => {
    const pid = Number((await control('pid', 'node-2')).output);
    const again = [ana, ben].map(({ connection }) => connection.connector.pusher.connection);
    const states = again.map((connection) => {
        const seen = [];
        connection.bind('state_change', ({ current }) => seen.push(current));
        return seen;
    });
    process.kill(pid, 'SIGKILL');
    const lost = await until('a client that lost its node', () => states.findIndex((seen) => seen.length > 0) + 1);
    await until('the client to be back', () => again[lost - 1].state === 'connected', 40);
    assert.deepEqual(states[2 - lost], [], 'the other one noticed nothing');
    await until('another node 2', async () => Number((await control('pid', 'node-2')).output) !== pid && (await accepts(ports.nodes[1])));
    await Promise.all([ana, ben].map(seesAll));
    await say('after the kill');
    await Promise.all([ana, ben].map((client) => heard(client, 'after the kill')));
});

test('the clients of a node that is stopped are back, and what is said takes the way by Redis', async () => {
    await control('stop', 'node-1');
    assert.equal(await accepts(ports.nodes[0]), false);
    await until('both on node 2', async () => (await artisan(2, 'reverb:status')).connections === 2, 60);
    await Promise.all([ana, ben].map(seesAll));
    assert.equal((await artisan(1, 'about', '--only=reverb')).reverb.transport.used, 'redis');
    await say('without node 1');
    await Promise.all([ana, ben].map((client) => heard(client, 'without node 1')));
    await control('start', 'node-1');
    await until('node 1', () => accepts(ports.nodes[0]));
    await say('with both');
    await Promise.all([ana, ben].map((client) => heard(client, 'with both')));
});

test('Redis was asked for nothing that the user of examples/deployment/redis-user.conf may not', async () => {
    assert.equal(await refused(), '');
    const users = await run('redis-cli', ['-p', String(ports.redis), 'CLIENT', 'LIST']);
    assert.match(users.output, /user=reverb /);
});

test('Ctrl-C ends all of it', async () => {
    cluster.child.kill('SIGINT');
    assert.deepEqual(await cluster.ended, { code: 0, signal: null }, cluster.output);
    for (const port of [ports.nginx, ...ports.nodes, ports.redis, ports.web]) {
        assert.equal(await accepts(port), false, `port ${port} is still open`);
    }
    assert.equal(existsSync(dir), false, `${dir} is still there`);
});
