--TEST--
OutcomeUnknownException: sent and not answered; never sent twice
--EXTENSIONS--
reverb
pcntl
posix
--FILE--
<?php
require __DIR__ . '/client.inc';

/**
 * A server that treats each connection as told and counts the events it has read.
 *
 * @param list<string> $connections
 */
function fake_server(string $address, array $connections): int
{
    $listening = stream_socket_server($address);
    $pid = pcntl_fork();
    if ($pid !== 0) {
        return $pid;
    }
    $events = 0;
    foreach ($connections as $what) {
        $connection = stream_socket_accept($listening, 10);
        if ($what === 'close idle') {
            fclose($connection);
            continue;
        }
        $bytes = fread($connection, 65536);
        $events += str_contains($bytes, 'the-event') ? 1 : 0;
        $http = static fn (string $status, string $body): string => "HTTP/1.1 $status\r\nContent-Type: text/plain\r\n"
            . 'Content-Length: ' . strlen($body) . "\r\n\r\n$body";
        // u32 length, u8 version, u8 type, u32 correlation, u16 status, str32 body
        $frame = static fn (int $status, string $body): string => pack('VCCVvV', 12 + strlen($body), 1, 64,
            unpack('V', $bytes, 6)[1], $status, strlen($body)) . $body;
        $unix = str_starts_with($address, 'unix');
        match ($what) {
            'close' => null,
            'silent' => usleep(800_000),
            'nonsense' => fwrite($connection, "\x05\0\0\0 what is this?"),
            'half' => fwrite($connection, substr($unix ? $frame(200, '{}') : $http('200 OK', '{}'), 0, 13)),
            'another' => fwrite($connection, $unix ? pack('VCCVvV', 14, 1, 64, 0xDEAD, 200, 2) . '{}' : 'HTTP/9 what'),
            'drain' => fwrite($connection, $frame(1_503, 'Going away.')),
            'busy' => fwrite($connection, $unix ? $frame(503, 'Overloaded.') : $http('503 Service Unavailable', 'Overloaded.')),
            'ok' => fwrite($connection, $unix ? $frame(200, '{}') : $http('200 OK', '{}')),
            'html' => fwrite($connection, $unix ? $frame(200, '<html>') : $http('200 OK', '<html>')),
        };
        fclose($connection);
    }
    // The number of events read is the exit status.
    fclose($listening);
    pcntl_exec('/bin/sh', ['-c', "exit $events"]);
}

$path = socket_path();
$port = 20000 + getmypid() % 20000;
foreach ([
    'socket' => ["unix://$path", ['socket' => $path]],
    'tcp' => ["tcp://127.0.0.1:$port", ['host' => '127.0.0.1', 'port' => $port, 'key' => 'k', 'secret' => 's']],
] as $name => [$address, $options]) {
    echo "== $name\n";
    foreach ([
        ['close'], ['silent'], ['nonsense'], ['half'], ['another'], ['html'], ['busy'],
        // Only the unix socket has a word for it.
        ...($name === 'socket' ? [['drain', 'ok'], ['drain', 'drain'], ['drain', 'close']] : []),
        ['close idle', 'ok'],
    ] as $connections) {
        @unlink($path);
        $pid = fake_server($address, $connections);
        $publisher = new Reverb\Publisher($options + ['timeout' => 0.4]);
        echo implode(', then ', $connections), ': ';
        try {
            wait_until(function () use ($publisher): bool {
                try {
                    $publisher->connect();
                } catch (Reverb\ConnectException) {
                }

                return $publisher->connected();
            });
            if ($connections[0] === 'close idle') {
                usleep(50_000);
            }
            $publisher->publish('1', 'c', 'the-event', '{}');
            echo 'taken';
        } catch (Reverb\Exception $e) {
            echo $e::class, ' ', $e->getCode(), ' ', str_replace([$path, (string) $port], ['PATH', 'PORT'], $e->getMessage());
        }
        $publisher->close();
        pcntl_waitpid($pid, $status);
        echo ' | events sent: ', pcntl_wexitstatus($status), PHP_EOL;
    }
}
?>
--EXPECT--
== socket
close: Reverb\OutcomeUnknownException 0 the server at the unix socket "PATH": it closed the connection without an answer; the event was sent and may or may not have been delivered | events sent: 1
silent: Reverb\OutcomeUnknownException 0 the server at the unix socket "PATH": no answer within 400 ms (timeout); the event was sent and may or may not have been delivered | events sent: 1
nonsense: Reverb\OutcomeUnknownException 0 the server at the unix socket "PATH": its answer is no frame of the protocol; the event was sent and may or may not have been delivered | events sent: 1
half: Reverb\OutcomeUnknownException 0 the server at the unix socket "PATH": it closed the connection without an answer; the event was sent and may or may not have been delivered | events sent: 1
another: Reverb\OutcomeUnknownException 0 the server at the unix socket "PATH": its answer is to question 57005, not 1; the event was sent and may or may not have been delivered | events sent: 1
html: Reverb\OutcomeUnknownException 0 The answer is not that of a Pusher server (status 200, but no JSON object): is the port right? | events sent: 1
busy: Reverb\RejectedException 503 Overloaded. | events sent: 1
drain, then ok: taken | events sent: 2
drain, then drain: Reverb\RejectedException 503 Going away. | events sent: 2
drain, then close: Reverb\OutcomeUnknownException 0 the server at the unix socket "PATH": it closed the connection without an answer; the event was sent and may or may not have been delivered | events sent: 2
close idle, then ok: taken | events sent: 1
== tcp
close: Reverb\OutcomeUnknownException 0 the server at http://127.0.0.1:PORT: it closed the connection without a whole answer; the event was sent and may or may not have been delivered | events sent: 1
silent: Reverb\OutcomeUnknownException 0 the server at http://127.0.0.1:PORT: no answer within 400 ms (timeout); the event was sent and may or may not have been delivered | events sent: 1
nonsense: Reverb\OutcomeUnknownException 0 the server at http://127.0.0.1:PORT: it closed the connection without a whole answer; the event was sent and may or may not have been delivered | events sent: 1
half: Reverb\OutcomeUnknownException 0 the server at http://127.0.0.1:PORT: it closed the connection without a whole answer; the event was sent and may or may not have been delivered | events sent: 1
another: Reverb\OutcomeUnknownException 0 the server at http://127.0.0.1:PORT: it closed the connection without a whole answer; the event was sent and may or may not have been delivered | events sent: 1
html: Reverb\OutcomeUnknownException 0 The answer is not that of a Pusher server (status 200, but no JSON object): is the port right? | events sent: 1
busy: Reverb\RejectedException 503 Overloaded. | events sent: 1
close idle, then ok: taken | events sent: 1
