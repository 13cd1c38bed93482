// The HTTP side: routes, methods, sizes, connections.
import assert from 'node:assert/strict';
import test from 'node:test';
import { eventsPath, signedPost } from '../lib/api.mjs';
import { Raw, request } from '../lib/raw.mjs';
import { apps } from '../lib/target.mjs';

const app = apps.interop;
const events = eventsPath(app);

async function ask(t, ...parts) {
    const raw = new Raw(t);
    raw.write(request(...parts));
    return raw.response();
}

test('GET /up', async (t) => {
    const response = await ask(t, 'GET', '/up');
    assert.match(response.line, /^HTTP\/1\.1 200 /);
    assert.equal(response.body, '{"health":"OK"}');
    assert.match(response.headers['content-type'], /^application\/json/);
    assert.equal(response.headers['content-length'], '15');
});

test('a query after /up is nothing', async (t) => {
    assert.equal((await ask(t, 'GET', '/up?now=1')).status, 200);
});

for (const path of ['/', '/nowhere', '/up/', '/apps', `/apps/${app.app_id}`, `${events}/more`, '/app', `/APP/${app.key}`]) {
    test(`GET ${path} is answered with 404`, async (t) => {
        const response = await ask(t, 'GET', path);
        assert.equal(response.status, 404);
        assert.equal(response.body, 'Not found.');
        assert.match(response.headers['content-type'], /^text\/plain/);
    });
}

for (const [method, path, allow] of [
    ['GET', events, 'POST'],
    ['PUT', events, 'POST'],
    ['DELETE', events, 'POST'],
    ['OPTIONS', events, 'POST'],
    ['POST', '/up', 'GET'],
    ['POST', `/app/${app.key}`, 'GET'],
]) {
    test(`${method} ${path} is answered with 405 and Allow`, async (t) => {
        const response = await ask(t, method, path, { 'Content-Length': '0' });
        assert.equal(response.status, 405);
        assert.equal(response.body, 'Method not allowed.');
        const allowed = response.headers.allow.split(',').map((one) => one.trim());
        assert.ok(allowed.includes(allow), `Allow: ${response.headers.allow}`);
    });
}

test('a plain GET of the WebSocket’s path is answered with 426', async (t) => {
    const response = await ask(t, 'GET', `/app/${app.key}`);
    assert.equal(response.status, 426);
    assert.equal(response.headers.upgrade?.toLowerCase(), 'websocket');
});

test('an application nobody knows is answered with 404', async (t) => {
    const raw = new Raw(t);
    raw.write(signedPost({ ...app, app_id: 'nobody' }, '/apps/nobody/events', { name: 'n', channel: 'c', data: '' }));
    const response = await raw.response();
    assert.equal(response.status, 404);
    assert.equal(response.body, 'No matching application for ID [nobody].');
});

test('many requests share one connection', async (t) => {
    const raw = new Raw(t);
    for (let count = 0; count < 50; count += 1) {
        raw.write(signedPost(app, events, { name: 'n', channel: 'c', data: String(count) }));
        const response = await raw.response();
        assert.equal(response.status, 200);
        assert.equal(response.body, '{}');
    }
});

test('a refusal leaves the connection usable', async (t) => {
    const raw = new Raw(t);
    raw.write(signedPost(app, events, { name: 'n', channel: 'c', data: '' }, { auth_signature: 'no' }));
    const refusal = await raw.response();
    assert.equal(refusal.status, 401);
    assert.equal(refusal.body, 'Authentication signature invalid.');
    assert.equal(refusal.headers['content-length'], String(refusal.body.length));
    raw.write(signedPost(app, events, { name: 'n', channel: 'c', data: '' }));
    assert.equal((await raw.response()).status, 200);
});

test('Connection: close closes', async (t) => {
    const raw = new Raw(t);
    raw.write(signedPost(app, events, { name: 'n', channel: 'c', data: '' }, {}, { Connection: 'close' }));
    assert.equal((await raw.response()).status, 200);
    assert.ok(await raw.end());
});

test('a body that comes in pieces is read', async (t) => {
    const raw = new Raw(t);
    const bytes = signedPost(app, events, { name: 'n', channel: 'c', data: 'x'.repeat(3000) });
    for (let start = 0; start < bytes.length; start += 500) {
        raw.write(bytes.slice(start, start + 500));
        await new Promise((resolve) => setTimeout(resolve, 5));
    }
    assert.equal((await raw.response()).status, 200);
});

test('a chunked body is answered with 411', async (t) => {
    const response = await ask(t, 'POST', events, { 'Transfer-Encoding': 'chunked' }, '2\r\n{}\r\n0\r\n\r\n');
    assert.equal(response.status, 411);
});

test('a body without a length is answered with 411 or read as empty', async (t) => {
    const response = await ask(t, 'POST', events);
    assert.ok([400, 401, 411].includes(response.status), response.line);
});

function ofSize(size) {
    const body = { name: 'n', channel: 'c', data: '' };
    body.data = 'x'.repeat(size - JSON.stringify(body).length);
    return body;
}

test('a body of max_request_size is taken', async (t) => {
    const raw = new Raw(t);
    raw.write(signedPost(app, events, ofSize(10_000)));
    assert.equal((await raw.response()).status, 200);
});

test('a body of one byte more is answered with 413', async (t) => {
    const raw = new Raw(t);
    raw.write(signedPost(app, events, ofSize(10_001)));
    const response = await raw.response();
    assert.equal(response.status, 413);
    assert.match(response.body, /Payload too large/);
});

for (const length of ['-1', 'ten', '99999999999999999999', '5, 6', '1e3']) {
    test(`Content-Length ${length} is refused`, async (t) => {
        const response = await ask(t, 'POST', events, { 'Content-Length': length }, 'hello');
        assert.ok([400, 411, 413].includes(response?.status), response?.line);
    });
}

test('bytes that are no HTTP are cut off', async (t) => {
    const raw = new Raw(t);
    raw.write('\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03 this is no HTTP\r\n\r\n');
    const response = await raw.response();
    assert.ok(response === undefined || response.status >= 400, response?.line);
    assert.ok(await raw.end());
});
