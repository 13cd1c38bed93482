--TEST--
Any callable can listen, also a private method, and be replaced while it runs
--EXTENSIONS--
reverb
posix
pcntl
--FILE--
<?php
require __DIR__ . '/client.inc';

final class Listener
{
    public function __construct(private Reverb\Server $server)
    {
        $server->on('started', [$this, 'privately']);
    }

    private function privately(array $info): void
    {
        echo 'private method: ', implode(',', array_keys($info)), PHP_EOL;
        $this->server->on('signal', [$this, 'anything']);
        posix_kill(getmypid(), SIGUSR2);
    }

    public function __call(string $name, array $arguments): void
    {
        echo "__call $name: ", json_encode($arguments), PHP_EOL;
        $this->server->on('signal', 'Listener::statically');
        posix_kill(getmypid(), SIGHUP);
    }

    public static function statically(array $info): void
    {
        global $server;
        echo 'static method: ', json_encode($info), PHP_EOL;
        $server->on('signal', 'by_name');
        posix_kill(getmypid(), SIGUSR2);
    }

    public function __invoke(array $info): void
    {
        echo 'invoked: ', json_encode($info), PHP_EOL;
        $this->server->stop();
    }
}

function by_name(array $info): void
{
    global $server, $timer;
    echo 'function: ', json_encode($info), PHP_EOL;
    $server->on('signal', null);
    posix_kill(getmypid(), SIGUSR2);
    $timer = $server->every(0.05, new Listener2);
}

final class Listener2
{
    public function __invoke(mixed ...$arguments): void
    {
        global $server, $timer;
        $server->cancel($timer);
        echo 'timer with ', count($arguments), ' arguments', PHP_EOL;
        $server->stop();
    }
}

$server = server();
new Listener($server);
$server->on('stopping', fn (array $info) => print json_encode($info) . PHP_EOL);
$server->run();

foreach ([['nothing', 'strlen'], ['log', 'no_such_function'], ['log', [new Listener2, 'missing']]] as [$hook, $listener]) {
    try {
        $server->on($hook, $listener);
    } catch (Throwable $e) {
        echo $e::class, ': ', $e->getMessage(), PHP_EOL;
    }
}
?>
--EXPECTF--
private method: address,socket,threads,warnings
__call anything: [{"signal":"SIGUSR2"}]
static method: {"signal":"SIGHUP"}
function: {"signal":"SIGUSR2"}
timer with 0 arguments
{"reason":"stop"}
ValueError: Reverb\Server::on(): Argument #1 ($hook) must be one of log, %s, application_wanted; "nothing" given
TypeError: Reverb\Server::on(): Argument #2 ($listener) must be a valid callback or null, function "no_such_function" not found or invalid function name
TypeError: Reverb\Server::on(): Argument #2 ($listener) must be a valid callback or null, class Listener2 does not have a method "missing"
