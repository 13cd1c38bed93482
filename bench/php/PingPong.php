<?php

declare(strict_types=1);

namespace Reverb\Bench;

use Closure;
use RuntimeException;
use Socket;

/**
 * The asking side of the ping-pong that bench_pingpong answers: one question, one answer, over a
 * unix socket, by either of PHP's two socket libraries.
 */
final class PingPong
{
    /**
     * @param  string  $path  the socket of bench_pingpong --pong
     * @param  int  $question  bytes of a question
     * @param  int  $answer  bytes of an answer
     * @return array<string, Way>
     */
    public static function ways(string $path, int $question, int $answer): array
    {
        return [
            'ping-pong, PHP streams' => new Way(self::stream($path, $question, $answer)),
            'ping-pong, PHP sockets' => new Way(self::socket($path, $question, $answer)),
        ];
    }

    /**
     * @return Closure(): void
     */
    private static function stream(string $path, int $question, int $answer): Closure
    {
        $stream = stream_socket_client("unix://{$path}", $code, $message)
            ?: throw new RuntimeException("{$path}: {$message}");
        $bytes = str_repeat('q', $question);

        return static function () use ($stream, $bytes, $answer): void {
            fwrite($stream, $bytes);

            for ($left = $answer; $left > 0; $left -= strlen($got)) {
                $got = fread($stream, $left);

                if ($got === false || $got === '') {
                    throw new RuntimeException('pong has closed');
                }
            }
        };
    }

    /**
     * @return Closure(): void
     */
    private static function socket(string $path, int $question, int $answer): Closure
    {
        $socket = socket_create(AF_UNIX, SOCK_STREAM, 0);

        if (! $socket instanceof Socket || ! socket_connect($socket, $path)) {
            throw new RuntimeException("{$path}: ".socket_strerror(socket_last_error()));
        }

        $bytes = str_repeat('q', $question);

        return static function () use ($socket, $bytes, $answer): void {
            socket_write($socket, $bytes);

            for ($left = $answer; $left > 0; $left -= strlen($got)) {
                $got = socket_read($socket, $left);

                if ($got === false || $got === '') {
                    throw new RuntimeException('pong has closed');
                }
            }
        };
    }
}
