<?php

declare(strict_types=1);

namespace Reverb\Laravel\Tests\Support;

use RuntimeException;

/**
 * One request to a php-fpm, sent when it is made. Its answer is read when it is asked for, so that
 * many can be under way.
 */
final class FastCgiRequest
{
    private const BEGIN = 1;

    private const END = 3;

    private const PARAMETERS = 4;

    private const INPUT = 5;

    private const OUTPUT = 6;

    /** @var resource */
    private $stream;

    public function __construct(string $socket, string $script, string $uri)
    {
        $this->stream = stream_socket_client("unix://{$socket}", $errno, $error, 5)
            ?: throw new RuntimeException("No connection to php-fpm: {$error}");
        [$path, $query] = [...explode('?', $uri, 2), ''];
        $parameters = '';

        foreach ([
            'SCRIPT_FILENAME' => $script, 'SCRIPT_NAME' => '/index.php', 'REQUEST_METHOD' => 'GET', 'REQUEST_URI' => $uri,
            'PATH_INFO' => $path, 'QUERY_STRING' => $query, 'SERVER_NAME' => 'localhost', 'SERVER_PROTOCOL' => 'HTTP/1.1',
        ] as $name => $value) {
            $parameters .= pack('CN', strlen($name), strlen($value) | 0x80000000).$name.$value;
        }

        fwrite($this->stream, self::record(self::BEGIN, pack('nCx5', 1, 0)).self::record(self::PARAMETERS, $parameters)
            .self::record(self::PARAMETERS, '').self::record(self::INPUT, ''));
    }

    /**
     * The body, which must be JSON.
     *
     * @return array<mixed>
     */
    public function answer(float $timeout = 30.0): array
    {
        stream_set_timeout($this->stream, (int) $timeout);
        $output = '';

        while (strlen($head = (string) stream_get_contents($this->stream, 8)) === 8) {
            ['type' => $type, 'length' => $length, 'padding' => $padding] = unpack('x/Ctype/x2/nlength/Cpadding', $head);
            $content = substr((string) stream_get_contents($this->stream, $length + $padding), 0, $length);

            if ($type === self::OUTPUT) {
                $output .= $content;
            } elseif ($type === self::END) {
                break;
            }
        }

        $body = explode("\r\n\r\n", $output, 2)[1] ?? '';

        return json_decode($body, true) ?? throw new RuntimeException("No JSON, but {$output}");
    }

    private static function record(int $type, string $content): string
    {
        return pack('CCnnxx', 1, $type, 1, strlen($content)).$content;
    }
}
