--TEST--
A fatal error in a hook: clients are sent away properly, no hook runs any more, the status is 255
--EXTENSIONS--
reverb
--FILE--
<?php
require __DIR__ . '/client.inc';

$fatal = [
    'memory' => 'ini_set("memory_limit", "8M"); str_repeat("x", 100_000_000);',
    'error' => 'trigger_error("given up", E_USER_ERROR);',
    'redeclare' => 'eval("function server() {}");',
    'deep' => '(function () { ini_set("memory_limit", "16M"); $f = function () use (&$f) { $f(); }; $f(); })();',
];
foreach ($fatal as $name => $code) {
    $other = start_php(<<<CODE
        \$server = server();
        \$server->on('connection_closed', fn () => print "a hook ran\n");
        \$server->on('subscribed', function () use (\$server): void {
            \$server->every(0.001, fn () => print "a timer ran\n");
            $code
        });
        \$server->on('started', fn () => print \$server->port() . "\n");
        register_shutdown_function(fn () => print "shutdown function\n");
        \$server->run();
        echo "run() returned\n";
        CODE);
    $client = Client::connect((int) read_line($other));
    $client->subscribe('c');
    echo $name, ': ', json_encode($client->read()), ' ', json_encode($client->read()), ' ';
    $end = end_php($other);
    echo $end['status'], ' ', json_encode($end['out']), ' ', preg_replace('/ in \/.*/s', '', trim($end['err'])), PHP_EOL;
}

// A ParseError is an exception like others, though PHP words it as a fatal error.
$other = start_php(<<<'CODE'
    $server = server();
    $server->on('started', fn () => eval('class {'));
    $server->every(0.05, fn () => $server->stop());
    $server->run();
    echo "run() returned\n";
    CODE);
$end = end_php($other);
echo 'parse: ', $end['status'], ' ', json_encode($end['out']), ' ', preg_replace('/ in \/.*/s', '', trim($end['err'])), PHP_EOL;
?>
--EXPECT--
memory: {"event":"pusher:error","data":"{\"code\":4200,\"message\":\"Server is restarting. Please reconnect.\"}"} {"close":4200} 255 "shutdown function\n" Fatal error: Allowed memory size of 8388608 bytes exhausted (tried to allocate 100003840 bytes)
error: {"event":"pusher:error","data":"{\"code\":4200,\"message\":\"Server is restarting. Please reconnect.\"}"} {"close":4200} 255 "shutdown function\n" Fatal error: given up
redeclare: {"event":"pusher:error","data":"{\"code\":4200,\"message\":\"Server is restarting. Please reconnect.\"}"} {"close":4200} 255 "shutdown function\n" Fatal error: Cannot redeclare server() (previously declared
deep: {"event":"pusher:error","data":"{\"code\":4200,\"message\":\"Server is restarting. Please reconnect.\"}"} {"close":4200} 255 "shutdown function\n" Fatal error: Allowed memory size of 16777216 bytes exhausted (tried to allocate 2097152 bytes)
parse: 0 "run() returned\n" Parse error: syntax error, unexpected token "{", expecting identifier
