--TEST--
Publisher over Redis: delivered to its buckets, refusals, one connection for all objects, and what is thrown without a Redis
--EXTENSIONS--
reverb
posix
--FILE--
<?php
$free = stream_socket_server('tcp://127.0.0.1:0');
$port = (int) substr(strrchr(stream_socket_get_name($free, false), ':'), 1);
fclose($free);
$redis = proc_open(
    ['redis-server', '--port', (string) $port, '--bind', '127.0.0.1', '--save', '', '--requirepass', 'p'],
    [1 => ['file', '/dev/null', 'w'], 2 => ['file', '/dev/null', 'w']], $pipes, sys_get_temp_dir()
);

function ask(mixed $connection, string ...$words): array|string|null
{
    fwrite($connection, '*' . count($words) . "\r\n" . implode('', array_map(static fn ($word) => '$' . strlen($word) . "\r\n$word\r\n", $words)));

    return reply($connection);
}

function reply(mixed $connection): array|string|null
{
    $line = rtrim((string) fgets($connection));
    $size = (int) substr($line, 1);

    return match ($line[0]) {
        '$' => $size < 0 ? null : substr((string) stream_get_contents($connection, $size + 2), 0, -2),
        '*' => array_map(static fn () => reply($connection), range(1, $size)),
        default => $line,
    };
}

function connection(int $port): mixed
{
    for ($i = 0; $i < 1000; $i++) {
        if ($connection = @stream_socket_client("tcp://127.0.0.1:$port", $code, $message, 5)) {
            stream_set_timeout($connection, 30);
            ask($connection, 'AUTH', 'p');

            return $connection;
        }
        usleep(10_000);
    }
    exit('no Redis');
}

$options = [
    'scaling' => ['enabled' => true, 'channel' => 'c', 'prefix' => 'p:', 'server' => ['port' => $port, 'password' => 'p']],
    'app_ids' => ['app-1'],
];
$node = connection($port);
ask($node, 'PSUBSCRIBE', 'p:c:{app-1:*}');

$publisher = new Reverb\Publisher($options);
var_dump($publisher->connected());
var_dump($publisher->publish('app-1', ['room', 'cache-news'], 'Sent', '{"a":"ü"}', '1.2'));
foreach ([1, 2] as $_) {
    [, , $channel, $message] = reply($node);
    echo preg_match('/^p:c:\{app-1:\d+\}$/', $channel), ' ', strlen($message) > 70, ' ', substr($message, strpos($message, '{"event')), PHP_EOL;
}

$other = connection($port);
[, [$key]] = ask($other, 'SCAN', '0');
echo preg_replace('/\d+/', 'N', $key), ' ', ask($other, 'GET', $key), PHP_EOL;

// One connection for all objects: this one's is open already.
$second = new Reverb\Publisher($options);
var_dump($second->connected());
$second->close();
var_dump($publisher->connected());

foreach ([
    ['app-2', 'room', 'Sent', '{}'],
    ['app-1', 'no room', 'Sent', '{}'],
    ['app-1', 'room', 'Sent', str_repeat('x', 1 << 20)],
] as $wrong) {
    try {
        $publisher->publish(...$wrong);
    } catch (Reverb\RejectedException $e) {
        echo $e->getCode(), ' ', $e->getMessage(), PHP_EOL;
    }
}

try {
    $publisher->status();
} catch (Reverb\Exception $e) {
    echo $e->getMessage(), PHP_EOL;
}

// Frozen: it was sent, and nobody knows.
$slow = new Reverb\Publisher(['timeout' => 0.2] + $options);
$slow->connect();
posix_kill(proc_get_status($redis)['pid'], SIGSTOP);
try {
    $slow->publish('app-1', 'room', 'Sent', '{}');
} catch (Reverb\OutcomeUnknownException $e) {
    echo str_replace((string) $port, 'PORT', $e->getMessage()), PHP_EOL;
}
posix_kill(proc_get_status($redis)['pid'], SIGCONT);

proc_terminate($redis, SIGKILL);
while (proc_get_status($redis)['running']) {
    usleep(1_000);
}
try {
    $publisher->publish('app-1', 'room', 'Sent', '{}');
} catch (Reverb\ConnectException $e) {
    echo str_replace((string) $port, 'PORT', $e->getMessage()), PHP_EOL;
}
?>
--EXPECT--
bool(false)
array(0) {
}
1 1 {"event":"Sent","data":"{\"a\":\"ü\"}","channel":"room"}
1 1 {"event":"Sent","data":"{\"a\":\"ü\"}","channel":"cache-news"}
p:c:{app-N:N}:cache:cache-news {"event":"Sent","data":"{\"a\":\"ü\"}","channel":"cache-news"}
bool(true)
bool(false)
404 No matching application for ID [app-2].
400 The channel name "no room" is not valid: 1 to 200 of A-Z a-z 0-9 _ - = @ , . ; are.
413 The event's data has 1048578 bytes as JSON, too many for an outbox_limit of 1048576.
the status of a server is told over its unix socket alone: give socket
Redis at 127.0.0.1:PORT: no answer in time (timeout); the event was sent and may or may not have been delivered
Redis at 127.0.0.1:PORT cannot be reached: Connection refused. Check scaling.server.host and scaling.server.port.
