<?php

declare(strict_types=1);

/*
 * php relay-process.php FROM TO FILE: passes each connection to FROM on to one of its own to TO, and appends
 * what came from FROM to FILE. Prints the address it listens on, and a line for each connection.
 */

[, $from, $to, $path] = $argv;
$file = fopen($path, 'ab') ?: throw new RuntimeException($path);
$listener = stream_socket_server($from) ?: throw new RuntimeException($from);
echo stream_socket_get_name($listener, false), "\n";

/** @var array<int, resource> $streams */
$streams = [(int) $listener => $listener];
/** @var array<int, resource> $peers */
$peers = [];
/** @var array<int, true> $asking */
$asking = [];

while (true) {
    [$ready, $none] = [$streams, null];
    stream_select($ready, $none, $none, null);

    foreach ($ready as $stream) {
        if ($stream === $listener) {
            $ask = stream_socket_accept($listener) ?: throw new RuntimeException('accept');
            $answer = stream_socket_client($to) ?: throw new RuntimeException($to);
            $streams += [(int) $ask => $ask, (int) $answer => $answer];
            $peers += [(int) $ask => $answer, (int) $answer => $ask];
            $asking[(int) $ask] = true;
            echo "accepted\n";

            continue;
        }

        if (! isset($peers[(int) $stream])) {
            continue;
        }

        $peer = $peers[(int) $stream];
        $bytes = fread($stream, 65536);

        if ($bytes === false || $bytes === '') {
            unset($streams[(int) $stream], $streams[(int) $peer], $peers[(int) $stream], $peers[(int) $peer]);
            fclose($stream);
            fclose($peer);
        } else {
            fwrite($peer, $bytes);

            if (isset($asking[(int) $stream])) {
                fwrite($file, $bytes);
            }
        }
    }
}
