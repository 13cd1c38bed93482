<?php

declare(strict_types=1);

// The server that the suite runs against: the applications of apps.json on a free port, which is
// printed once it listens. The first argument holds further settings, as JSON.
$server = new Reverb\Server([
    ...json_decode($argv[1] ?? '{}', true, flags: JSON_THROW_ON_ERROR),
    'host' => '127.0.0.1',
    'port' => 0,
    'threads' => 2,
    'apps' => json_decode((string) file_get_contents(__DIR__.'/apps.json'), true, flags: JSON_THROW_ON_ERROR),
]);
$server->on('started', function () use ($server): void {
    echo $server->port(), PHP_EOL;
});
$server->on('log', function (array $line): void {
    fwrite(STDERR, "{$line['level']}: {$line['title']} {$line['detail']}".PHP_EOL);
});
$server->run();
