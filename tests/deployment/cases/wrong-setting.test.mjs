// What Supervisor makes of a server that cannot start.
import assert from 'node:assert/strict';
import test from 'node:test';
import { says } from '../lib/document.mjs';
import { Site } from '../lib/site.mjs';

test('a wrong setting leaves the program in FATAL, and its log says which', async (t) => {
    const site = await Site.create(t, { REVERB_SERVER_PORT: '80800' });
    const supervisor = await site.supervisor();
    await says(site, () => site.log('supervisord.log'), 'reverb entered FATAL state');
    assert.match((await supervisor.control('status', 'reverb')).output, /^reverb +FATAL /);
    await says(site, () => site.log('supervisord.log'), 'exited: reverb (exit status 1; not expected)');
    assert.match(
        site.log('reverb.log'),
        /ERROR {2}reverb\.servers\.reverb\.port: must be a whole number from 0 to 65535, not "80800"\./,
    );
});
