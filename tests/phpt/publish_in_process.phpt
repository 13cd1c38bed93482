--TEST--
Server::publish() from a hook and from a timer reaches real clients, but not the one excepted
--EXTENSIONS--
reverb
--FILE--
<?php
require __DIR__ . '/client.inc';

$server = server();
$clients = [];
$server->on('started', function () use ($server, &$clients): void {
    foreach (['a', 'b'] as $name) {
        $clients[$name] = Client::connect($server->port());
        $clients[$name]->subscribe('news');
    }
    $clients['b']->subscribe('private-b');

    var_dump($server->publish(APP_ID, 'news', 'from-hook', '{"n":1}'));
    foreach ($clients as $name => $client) {
        echo $name, ': ', json_encode($client->read()), PHP_EOL;
    }
    var_dump($server->publish(APP_ID, ['news', 'private-b', 'nobody-here'], 'several', '"ü/\u00e9"', $clients['a']->socketId, 'subscription_count'));
    echo 'b: ', json_encode($clients['b']->read()), PHP_EOL;
    echo 'b: ', json_encode($clients['b']->read()), PHP_EOL;

    $timer = $server->every(0.01, function () use ($server, &$clients, &$timer): void {
        $server->cancel($timer);
        $channel = 'news';
        $channels = [&$channel];
        $server->publish(APP_ID, $channels, 'from-timer', '[]');
        foreach ($clients as $name => $client) {
            echo $name, ': ', json_encode($client->read()), PHP_EOL;
        }
        foreach ([
            fn () => $server->publish('unknown', 'news', 'e', '{}'),
            fn () => $server->publish(APP_ID, 'bad channel!', 'e', '{}'),
            fn () => $server->publish(APP_ID, [], 'e', '{}'),
            fn () => $server->publish(APP_ID, 'news', '', '{}'),
            fn () => $server->publish(APP_ID, 'news', 'e', "\xff"),
            fn () => $server->publish(APP_ID, 'news', 'e', '{}', 'me'),
            fn () => $server->publish(APP_ID, ['news', 5], 'e', '{}'),
            fn () => $server->publish(APP_ID, [['news']], 'e', '{}'),
        ] as $publish) {
            try {
                $publish();
                echo "taken\n";
            } catch (Throwable $e) {
                echo $e::class, ' ', $e->getCode(), ': ', $e->getMessage(), PHP_EOL;
            }
        }
        $server->stop();
    });
});
$server->run();
?>
--EXPECT--
array(0) {
}
a: {"event":"from-hook","data":"{\"n\":1}","channel":"news"}
b: {"event":"from-hook","data":"{\"n\":1}","channel":"news"}
array(3) {
  ["news"]=>
  array(1) {
    ["subscription_count"]=>
    int(2)
  }
  ["private-b"]=>
  array(1) {
    ["subscription_count"]=>
    int(1)
  }
  ["nobody-here"]=>
  array(1) {
    ["subscription_count"]=>
    int(0)
  }
}
b: {"event":"several","data":"\"\u00fc\/\\u00e9\"","channel":"news"}
b: {"event":"several","data":"\"\u00fc\/\\u00e9\"","channel":"private-b"}
a: {"event":"from-timer","data":"[]","channel":"news"}
b: {"event":"from-timer","data":"[]","channel":"news"}
Reverb\RejectedException 404: No matching application for ID [unknown].
Reverb\RejectedException 400: The channel name "bad channel!" is not valid: 1 to 200 of A-Z a-z 0-9 _ - = @ , . ; are.
Reverb\RejectedException 400: The event names no channel.
Reverb\RejectedException 400: The event has no name.
Reverb\RejectedException 400: The event's data is not UTF-8.
Reverb\RejectedException 400: The socket id is not two numbers joined by a dot.
TypeError 0: Reverb\Server::publish(): Argument #2 ($channels) must be a string or a list of strings, int found in it
TypeError 0: Reverb\Server::publish(): Argument #2 ($channels) must be a string or a list of strings, array found in it
