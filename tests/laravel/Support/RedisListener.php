<?php

declare(strict_types=1);

namespace Reverb\Laravel\Tests\Support;

/**
 * Somebody who hears all that is published by a Redis, as it goes over the wire.
 */
final class RedisListener
{
    /** @var resource */
    private readonly mixed $stream;

    public function __construct(int $port, string $password = '')
    {
        $this->stream = stream_socket_client("tcp://127.0.0.1:{$port}", timeout: 5.0) ?: throw new \RuntimeException("No Redis at {$port}");
        stream_set_timeout($this->stream, 5);

        if ($password !== '') {
            $this->ask('AUTH', $password);
        }

        $this->ask('PSUBSCRIBE', '*');
    }

    public function __destruct()
    {
        fclose($this->stream);
    }

    /**
     * @return array{string, string} channel and message
     */
    public function next(): array
    {
        $reply = $this->reply();

        return is_array($reply) ? [(string) $reply[2], (string) $reply[3]] : throw new \RuntimeException('Redis said something else');
    }

    /**
     * The next event that clients would get.
     *
     * @return array{event: string, data: string, channel: string}
     */
    public function nextEvent(): array
    {
        [, $message] = $this->next();

        return json_decode(substr($message, (int) strpos($message, '{"event"')), true, flags: JSON_THROW_ON_ERROR);
    }

    /**
     * Whether nothing is published for so many seconds.
     */
    public function isSilent(float $seconds = 0.3): bool
    {
        [$read, $write, $except] = [[$this->stream], null, null];

        return stream_select($read, $write, $except, (int) $seconds, (int) (fmod($seconds, 1.0) * 1e6)) === 0;
    }

    private function ask(string ...$words): void
    {
        $command = '*'.count($words)."\r\n";

        foreach ($words as $word) {
            $command .= '$'.strlen($word)."\r\n{$word}\r\n";
        }

        fwrite($this->stream, $command);
        $this->reply();
    }

    /**
     * @return string|list<mixed>|null
     */
    private function reply(): string|array|null
    {
        $line = rtrim((string) fgets($this->stream));

        if ($line === '') {
            throw new \RuntimeException('Redis said nothing');
        }

        $size = (int) substr($line, 1);

        return match ($line[0]) {
            '$' => $size < 0 ? null : substr((string) stream_get_contents($this->stream, $size + 2), 0, -2),
            '*' => array_map(fn (): string|array|null => $this->reply(), $size > 0 ? range(1, $size) : []),
            default => $line,
        };
    }
}
