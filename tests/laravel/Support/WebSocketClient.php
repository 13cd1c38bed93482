<?php

declare(strict_types=1);

namespace Reverb\Laravel\Tests\Support;

use RuntimeException;

/**
 * A client of the Pusher protocol over a blocking socket: small, and ours, so that a test sees
 * every frame as it came. Pings of the server are answered and otherwise only counted.
 */
final class WebSocketClient
{
    public readonly string $socketId;

    public ?int $closeCode = null;

    /** Events `pusher:ping` that came. */
    public int $pings = 0;

    private string $buffer = '';

    /**
     * @param  resource  $stream
     */
    private function __construct(private $stream) {}

    public static function connect(int $port, string $key = 'app-key', string $prefix = '', bool $tls = false): self
    {
        $client = self::open($port, $key, $prefix, $tls);
        $established = $client->receive();

        if ($established['event'] !== 'pusher:connection_established') {
            throw new RuntimeException('No connection_established, but '.json_encode($established));
        }

        $client->socketId = self::decode($established['data'])['socket_id'];

        return $client;
    }

    /**
     * Upgraded, with nothing received yet: whether it is admitted shows then.
     */
    public static function open(int $port, string $key = 'app-key', string $prefix = '', bool $tls = false): self
    {
        $context = stream_context_create(['ssl' => ['verify_peer' => false, 'verify_peer_name' => false]]);
        $stream = stream_socket_client(
            ($tls ? 'tls' : 'tcp')."://127.0.0.1:{$port}", $errno, $error, 5, STREAM_CLIENT_CONNECT, $context
        ) ?: throw new RuntimeException("Cannot connect to port {$port}: {$error}");
        $client = new self($stream);
        $client->upgrade("{$prefix}/app/{$key}?protocol=7&client=test&version=1");

        return $client;
    }

    /**
     * Subscribes and waits until it is done.
     *
     * @param  ?string  $secret  the application's, for channels that need a signature
     * @param  ?string  $member  who the member of a presence channel is: `channel_data`
     */
    public function subscribe(string $channel, ?string $secret = null, string $key = 'app-key', ?string $member = null): void
    {
        $data = array_filter(['channel' => $channel, 'channel_data' => $member], is_string(...));

        if ($secret !== null) {
            $signed = implode(':', array_filter([$this->socketId, $channel, $member], is_string(...)));
            $data['auth'] = "{$key}:".hash_hmac('sha256', $signed, $secret);
        }

        $this->send(['event' => 'pusher:subscribe', 'data' => $data]);
        $answer = $this->receive();

        if ($answer['event'] !== 'pusher_internal:subscription_succeeded') {
            throw new RuntimeException('Not subscribed: '.json_encode($answer));
        }
    }

    /**
     * @param  array<string, mixed>  $message
     */
    public function send(array $message): void
    {
        $this->write(0x1, json_encode($message, JSON_THROW_ON_ERROR));
    }

    /**
     * The next message, its `data` as it came.
     *
     * @return array{event: string, channel?: string, data?: mixed}
     */
    public function receive(float $timeout = 5.0): array
    {
        return $this->next(microtime(true) + $timeout)
            ?? throw new RuntimeException($this->closeCode === null
                ? "No message within {$timeout} s" : "Closed with {$this->closeCode} before a message came");
    }

    /**
     * The next message, which must be this event, with its `data` decoded.
     *
     * @return array<string, mixed>
     */
    public function receiveData(string $event, string $channel, float $timeout = 5.0): array
    {
        $message = $this->receive($timeout);

        if ($message['event'] !== $event || ($message['channel'] ?? null) !== $channel) {
            throw new RuntimeException("Not {$event} on {$channel}, but ".json_encode($message));
        }

        return self::decode($message['data'] ?? '');
    }

    /**
     * Whatever comes within this time.
     *
     * @return list<array{event: string, channel?: string, data?: mixed}>
     */
    public function collect(float $seconds): array
    {
        $deadline = microtime(true) + $seconds;
        $messages = [];

        while (($message = $this->next($deadline)) !== null) {
            $messages[] = $message;
        }

        return $messages;
    }

    /**
     * Whatever comes until the connection ends.
     *
     * @return \Generator<int, array{event: string, channel?: string, data?: mixed}>
     */
    public function messages(): \Generator
    {
        while (! feof($this->stream)) {
            while (($message = $this->next(microtime(true) + 1)) !== null) {
                yield $message;
            }
        }
    }

    /**
     * Reads until the server closes.
     *
     * @return ?int the close code; null when there was no close frame
     */
    public function waitForClose(float $timeout = 10.0): ?int
    {
        $deadline = microtime(true) + $timeout;

        while ($this->next($deadline) !== null) {
            continue;
        }

        if (! feof($this->stream)) {
            throw new RuntimeException("Not closed within {$timeout} s");
        }

        return $this->closeCode;
    }

    /**
     * Closes as a browser does that leaves the page.
     */
    public function close(): void
    {
        $this->write(0x8, pack('n', 1001));
        $this->waitForClose();
    }

    private function upgrade(string $path): void
    {
        $nonce = base64_encode(random_bytes(16));

        fwrite($this->stream, "GET {$path} HTTP/1.1\r\nHost: 127.0.0.1\r\nOrigin: http://localhost\r\nUpgrade: websocket\r\n"
            ."Connection: Upgrade\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: {$nonce}\r\n\r\n");

        $deadline = microtime(true) + 5;

        while (! str_contains($this->buffer, "\r\n\r\n")) {
            if (! $this->read($deadline)) {
                throw new RuntimeException("No answer to the upgrade: {$this->buffer}");
            }
        }

        [$head, $this->buffer] = explode("\r\n\r\n", $this->buffer, 2);
        $accept = base64_encode(sha1($nonce.'258EAFA5-E914-47DA-95CA-C5AB0DC85B11', true));

        if (! str_starts_with($head, 'HTTP/1.1 101') || stripos($head, "sec-websocket-accept: {$accept}") === false) {
            throw new RuntimeException("Not upgraded: {$head}");
        }
    }

    /**
     * @return ?array{event: string, channel?: string, data?: mixed} null at the deadline and at the end
     */
    private function next(float $deadline): ?array
    {
        while (($frame = $this->frame($deadline)) !== null) {
            [$opcode, $payload] = $frame;

            if ($opcode === 0x8) {
                $this->closeCode = strlen($payload) >= 2 ? unpack('n', $payload)[1] : 1005;
                $this->write(0x8, substr($payload, 0, 2));
            } elseif ($opcode === 0x9) {
                $this->write(0xA, $payload);
            } elseif ($opcode === 0x1) {
                $message = self::decode($payload);

                if ($message['event'] !== 'pusher:ping') {
                    return $message;
                }

                $this->pings++;
                $this->send(['event' => 'pusher:pong']);
            }
        }

        return null;
    }

    /**
     * @return ?array{int, string} opcode and payload
     */
    private function frame(float $deadline): ?array
    {
        while (true) {
            $available = strlen($this->buffer);
            $length = $available >= 2 ? ord($this->buffer[1]) & 0x7F : 0;
            $header = 2 + match ($length) {
                126 => 2, 127 => 8, default => 0
            };

            if ($available >= $header && $available >= 2) {
                $length = match ($length) {
                    126 => unpack('n', $this->buffer, 2)[1],
                    127 => unpack('J', $this->buffer, 2)[1],
                    default => $length,
                };

                if ($available >= $header + $length) {
                    $frame = [ord($this->buffer[0]) & 0xF, substr($this->buffer, $header, $length)];
                    $this->buffer = substr($this->buffer, $header + $length);

                    return $frame;
                }
            }

            if (! $this->read($deadline)) {
                return null;
            }
        }
    }

    private function read(float $deadline): bool
    {
        $left = max(0.0, $deadline - microtime(true));
        stream_set_timeout($this->stream, (int) $left, (int) (fmod($left, 1) * 1e6) + 1);
        $bytes = fread($this->stream, 65536);

        if ($bytes === false || $bytes === '') {
            return false;
        }

        $this->buffer .= $bytes;

        return true;
    }

    private function write(int $opcode, string $payload): void
    {
        $length = strlen($payload);
        $mask = random_bytes(4);
        $size = $length < 126 ? chr(0x80 | $length) : ($length < 65536 ? chr(0xFE).pack('n', $length) : chr(0xFF).pack('J', $length));

        fwrite($this->stream, chr(0x80 | $opcode).$size.$mask.($payload ^ str_pad('', $length, $mask)));
    }

    /**
     * @return array<string, mixed>
     */
    private static function decode(mixed $json): array
    {
        return json_decode($json, true, flags: JSON_THROW_ON_ERROR);
    }
}
