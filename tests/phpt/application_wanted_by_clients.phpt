--TEST--
A client waits until its application was looked up, one question for all of them; exit() in the listener ends the server
--EXTENSIONS--
reverb
--FILE--
<?php
require __DIR__ . '/client.inc';

$other = start_php(<<<'CODE'
    $server = server(['apps' => []]);
    $server->on('application_wanted', function (array $wanted): ?array {
        echo json_encode($wanted), "\n";
        usleep(200_000);
        return match ($wanted['value']) {
            APP_KEY => ['app_id' => APP_ID, 'key' => APP_KEY, 'secret' => APP_SECRET],
            'exit' => exit(3),
            default => null,
        };
    });
    $server->on('started', fn () => print $server->port() . "\n");
    $server->run();
    CODE);
$port = (int) read_line($other);
$clients = [];
for ($i = 0; $i < 3; $i++) {
    $clients[] = Client::connect($port, greeted: false);
}
foreach ($clients as $client) {
    echo $client->read()['event'], PHP_EOL;
}
$nobody = Client::connect($port, 'nobody', greeted: false);
echo json_encode($nobody->read()), json_encode($nobody->read()), PHP_EOL;
$last = Client::connect($port, 'exit', greeted: false);
$end = end_php($other);
echo $end['status'], PHP_EOL, $end['out'], $end['err'];
?>
--EXPECT--
pusher:connection_established
pusher:connection_established
pusher:connection_established
{"event":"pusher:error","data":"{\"code\":4001,\"message\":\"Application does not exist\"}"}{"close":4001}
3
{"by":"key","value":"key-1"}
{"by":"key","value":"nobody"}
{"by":"key","value":"exit"}
