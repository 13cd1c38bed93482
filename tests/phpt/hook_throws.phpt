--TEST--
What a hook or a timer throws goes to the exception hook, and the server goes on
--EXTENSIONS--
reverb
--FILE--
<?php
require __DIR__ . '/client.inc';

$server = server();
$server->on('exception', function (Throwable $e): void {
    echo 'reported: ', $e::class, ' ', $e->getMessage(), PHP_EOL;
});
$server->on('started', fn () => throw new DomainException('from a hook'));
$server->on('subscribed', fn () => intdiv(1, 0));
$steps = [
    function () use ($server): void {
        $GLOBALS['client'] = Client::connect($server->port());
        $GLOBALS['client']->subscribe('c');
    },
    fn () => throw new LogicException('from a timer'),
    function () use ($server): void {
        $server->publish(APP_ID, 'c', 'still', '{}');
        echo 'client: ', json_encode($GLOBALS['client']->read()), PHP_EOL;
    },
    fn () => $server->stop(),
];
$server->every(0.03, function () use (&$steps): void {
    $step = array_shift($steps);
    $step !== null && $step();
});
$server->on('stopping', fn () => throw new Exception('from stopping'));
$server->run();
echo "run() returned\n";
?>
--EXPECT--
reported: DomainException from a hook
reported: DivisionByZeroError Division by zero
reported: LogicException from a timer
client: {"event":"still","data":"{}","channel":"c"}
reported: Exception from stopping
run() returned
