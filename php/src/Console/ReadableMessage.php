<?php

declare(strict_types=1);

namespace Reverb\Laravel\Console;

/**
 * A message of the Pusher protocol for people: indented, and the JSON that it carries as strings
 * (`data`, and the `channel_data` of a presence channel) as what it says. Control characters are
 * shown, not sent to the terminal.
 */
final class ReadableMessage
{
    private const JSON = JSON_PRETTY_PRINT | JSON_UNESCAPED_SLASHES | JSON_UNESCAPED_UNICODE | JSON_PRESERVE_ZERO_FRACTION;

    public static function of(string $message): string
    {
        $decoded = json_decode($message);

        if ($decoded === null) {
            return self::visible('/\p{Cc}/u', $message);
        }

        if (is_object($decoded)) {
            self::open($decoded, 'data');

            if (is_object($decoded->data ?? null)) {
                self::open($decoded->data, 'channel_data');
            }
        }

        return self::visible('/[^\P{Cc}\n]/u', (string) json_encode($decoded, self::JSON));
    }

    private static function open(object $message, string $key): void
    {
        $value = $message->{$key} ?? null;

        if (is_string($value)) {
            $message->{$key} = json_decode($value) ?? $value;
        }
    }

    private static function visible(string $pattern, string $text): string
    {
        return (string) preg_replace_callback($pattern, static fn (array $match): string => '\\u'.bin2hex(
            mb_convert_encoding($match[0], 'UTF-16BE', 'UTF-8')
        ), $text);
    }
}
