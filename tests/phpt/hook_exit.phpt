--TEST--
exit() in a hook: clients are sent away properly, no hook runs any more, and its status is the process's
--EXTENSIONS--
reverb
--FILE--
<?php
require __DIR__ . '/client.inc';

foreach (['started', 'subscribed', 'exception', 'stopping', 'timer'] as $where) {
    $other = start_php(<<<CODE
        \$server = server();
        \$where = '$where';
        \$exit = function () use (&\$server): void {
            echo "exit\n";
            \$server->every(0.001, fn () => print "a timer ran\n");
            exit(7);
        };
        \$server->on('connection_closed', fn () => print "a hook ran\n");
        \$server->on('subscribed', function () use (\$server, \$where): void {
            match (\$where) {
                'exception' => throw new Exception('for the exception hook'),
                'stopping' => \$server->stop(),
                default => null,
            };
        });
        if (\$where === 'timer') {
            \$server->on('subscribed', fn () => \$server->every(0.01, \$exit));
        } else {
            \$server->on(\$where, \$exit);
        }
        if (\$where !== 'started') {
            \$server->on('started', fn () => print \$server->port() . "\n");
        }
        register_shutdown_function(fn () => print "shutdown function\n");
        \$server->run();
        echo "run() returned\n";
        CODE);
    echo $where, ': ';
    if ($where !== 'started') {
        $client = Client::connect((int) read_line($other));
        $client->subscribe('c');
        echo json_encode($client->read()), ' ', json_encode($client->read()), ' ';
    }
    $end = end_php($other);
    echo $end['status'], ' ', json_encode($end['out']), $end['err'], PHP_EOL;
}
?>
--EXPECT--
started: 7 "exit\nshutdown function\n"
subscribed: {"event":"pusher:error","data":"{\"code\":4200,\"message\":\"Server is restarting. Please reconnect.\"}"} {"close":4200} 7 "exit\nshutdown function\n"
exception: {"event":"pusher:error","data":"{\"code\":4200,\"message\":\"Server is restarting. Please reconnect.\"}"} {"close":4200} 7 "exit\nshutdown function\n"
stopping: {"event":"pusher:error","data":"{\"code\":4200,\"message\":\"Server is restarting. Please reconnect.\"}"} {"close":4200} 7 "exit\nshutdown function\n"
timer: {"event":"pusher:error","data":"{\"code\":4200,\"message\":\"Server is restarting. Please reconnect.\"}"} {"close":4200} 7 "exit\nshutdown function\n"
