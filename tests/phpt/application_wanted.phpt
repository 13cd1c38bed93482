--TEST--
Applications that are not in the configuration are asked for, by key and by id
--EXTENSIONS--
reverb
--FILE--
<?php
require __DIR__ . '/client.inc';

$entry = ['app_id' => APP_ID, 'key' => APP_KEY, 'secret' => APP_SECRET, 'max_message_size' => 500];
$server = server(['apps' => [], 'application_ttl' => 1, 'application_timeout' => 5.0]);

try {
    $server->run();
} catch (Reverb\ConfigurationException $e) {
    echo "without a listener: {$e->setting}: {$e->getMessage()}\n";
}

$server->on('exception', fn (Throwable $e) => print $e::class . ": {$e->getMessage()}\n");
$server->on('application_wanted', function (array $wanted) use ($server, $entry): mixed {
    echo json_encode($wanted), PHP_EOL;
    return match ($wanted['value']) {
        APP_KEY, APP_ID => $entry,
        'broken' => ['app_id' => 'broken', 'key' => 'broken', 'secret' => 7],
        'number' => 42,
        'throws' => throw new RuntimeException('The database is down'),
        'recursive' => $server->publish('recursive', 'room', 'event', '{}'),
        default => null,
    };
});
$server->on('started', function () use ($server): void {
    $try = function (string $appId) use ($server): void {
        try {
            $answer = $server->publish($appId, 'room', 'event', '{}');
            echo "$appId: ", json_encode($answer), PHP_EOL;
        } catch (Reverb\RejectedException $e) {
            echo "$appId: {$e->getCode()} {$e->getMessage()}\n";
        }
    };
    $try(APP_ID);
    $try(APP_ID);
    $try('other');
    foreach (['broken', 'number', 'throws', 'recursive'] as $wrong) {
        $try($wrong);
    }
    // Known by its key as well, so nobody is asked.
    $GLOBALS['client'] = Client::connect($server->port());
    echo "greeted\n";
    $server->every(0.2, $server->stop(...));
});
$server->run();
?>
--EXPECT--
without a listener: apps: there is no application, so nobody could connect
{"by":"id","value":"app-1"}
app-1: []
app-1: []
{"by":"id","value":"other"}
other: 404 No matching application for ID [other].
{"by":"id","value":"broken"}
Reverb\ConfigurationException: application_wanted.secret must be a string that is not empty, int given
broken: 503 The application could not be looked up. Try again.
{"by":"id","value":"number"}
Reverb\ConfigurationException: application_wanted must be an array with named members, 42 given
number: 503 The application could not be looked up. Try again.
{"by":"id","value":"throws"}
RuntimeException: The database is down
throws: 503 The application could not be looked up. Try again.
{"by":"id","value":"recursive"}
Reverb\RejectedException: The application is being looked up. Try again.
recursive: 503 The application could not be looked up. Try again.
greeted
