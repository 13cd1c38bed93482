// docs/DEPLOYMENT.md shows the files that the other cases run.
import assert from 'node:assert/strict';
import { existsSync, readdirSync, statSync } from 'node:fs';
import test from 'node:test';
import { text } from '../lib/document.mjs';
import { read, root } from '../lib/examples.mjs';

const blocks = [...text.matchAll(/\(\[file\]\(\.\.\/examples\/deployment\/([^)]+)\)\):\n\n```\w+\n(.*?)```\n/gs)];

function files(folder = '') {
    return readdirSync(`${root}/examples/deployment/${folder}`).flatMap((name) =>
        statSync(`${root}/examples/deployment/${folder}${name}`).isDirectory() ? files(`${folder}${name}/`) : [`${folder}${name}`],
    );
}

for (const [, file, block] of blocks) {
    test(`it shows ${file} as it is`, () => assert.equal(block, read(file)));
}

test('it shows every file, once', () => {
    assert.deepEqual(blocks.map(([, file]) => file).sort(), files().sort());
    assert.equal(text.split('../examples/deployment/').length - 1, blocks.length);
});

test('the kernel has the settings of sysctl.conf', () => {
    const names = [...read('sysctl.conf').matchAll(/^([\w.]+) = /gm)].map(([, name]) => name);
    assert.equal(names.length, 2);
    for (const name of names) {
        assert.ok(existsSync(`/proc/sys/${name.replaceAll('.', '/')}`), name);
    }
});
