<?php

declare(strict_types=1);

use App\Octane\PipeClient;
use Laravel\Octane\ApplicationFactory;
use Laravel\Octane\RequestContext;
use Laravel\Octane\Worker;

require __DIR__.'/vendor/autoload.php';

/*
 * A worker of Octane, as the programs are that RoadRunner starts: requests come by standard input,
 * responses go by standard output, each a line of JSON.
 */
$client = new PipeClient;
$worker = new Worker(new ApplicationFactory(__DIR__), $client);
$worker->boot();

while (($line = fgets(STDIN)) !== false) {
    $worker->handle(...$client->marshalRequest(new RequestContext(['line' => $line])));
}

$worker->terminate();
