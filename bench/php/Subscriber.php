<?php

declare(strict_types=1);

namespace Reverb\Bench;

use RuntimeException;

/**
 * A WebSocket client that has subscribed to the channel `bench` and reads one event at a time. It
 * reads frames of less than 64 KiB.
 */
final class Subscriber
{
    /** @var resource */
    private $stream;

    private string $buffer = '';

    public function __construct(int $port, string $key)
    {
        $this->stream = stream_socket_client("tcp://127.0.0.1:{$port}", $code, $message, 5)
            ?: throw new RuntimeException("port {$port}: {$message}");
        stream_set_timeout($this->stream, 10);
        $nonce = base64_encode(random_bytes(16));
        fwrite($this->stream, "GET /app/{$key}?protocol=7&client=bench&version=1 HTTP/1.1\r\nHost: 127.0.0.1:{$port}\r\n"
            ."Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: {$nonce}\r\n\r\n");

        while (! str_contains($this->buffer, "\r\n\r\n")) {
            $this->receive();
        }

        $this->buffer = explode("\r\n\r\n", $this->buffer, 2)[1];
        $this->await('pusher:connection_established');
        $this->write('{"event":"pusher:subscribe","data":{"channel":"bench"}}');
        $this->await('pusher_internal:subscription_succeeded');
    }

    /**
     * Waits for the next event of the channel.
     *
     * @return string the message
     */
    public function read(): string
    {
        while (! str_contains($message = $this->message(), '"event":"bench"')) {
            if (str_contains($message, '"pusher:ping"')) {
                $this->write('{"event":"pusher:pong"}');
            }
        }

        return $message;
    }

    private function await(string $event): void
    {
        $message = $this->message();

        if (! str_contains($message, "\"{$event}\"")) {
            throw new RuntimeException("not {$event}, but {$message}");
        }
    }

    private function message(): string
    {
        while (true) {
            $length = strlen($this->buffer) >= 4 ? ord($this->buffer[1]) : null;
            [$head, $length] = $length === 126 ? [4, unpack('n', $this->buffer, 2)[1]] : [2, $length];

            if ($length !== null && strlen($this->buffer) >= $head + $length) {
                $message = substr($this->buffer, $head, $length);
                $this->buffer = substr($this->buffer, $head + $length);

                return $message;
            }

            $this->receive();
        }
    }

    private function receive(): void
    {
        $bytes = fread($this->stream, 65536);

        if ($bytes === false || $bytes === '') {
            throw new RuntimeException('the subscriber has got nothing more');
        }

        $this->buffer .= $bytes;
    }

    /**
     * A text frame of at most 125 bytes, masked with zeros.
     */
    private function write(string $text): void
    {
        fwrite($this->stream, "\x81".chr(0x80 | strlen($text))."\0\0\0\0{$text}");
    }
}
