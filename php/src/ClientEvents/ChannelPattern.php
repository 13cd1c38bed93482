<?php

declare(strict_types=1);

namespace Reverb\Laravel\ClientEvents;

use InvalidArgumentException;

/**
 * Names of channels, as routes/channels.php writes them, but with the prefix that makes a channel
 * private: `private-chat.{room}`. A parameter is what stands between two dots, `*` is anything.
 */
final class ChannelPattern
{
    /** What the name of a channel on which clients may send events begins with. */
    private const RESTRICTED = ['private-', 'presence-'];

    private readonly string $expression;

    /** @var list<string> names of the parameters, in their order */
    private readonly array $names;

    /**
     * @throws InvalidArgumentException for a pattern that no client event can match
     */
    public function __construct(string $pattern)
    {
        self::ensureClientsMaySend($pattern);

        $names = [];
        $expression = '';

        foreach (preg_split('/(\{\w+\}|\*)/', $pattern, flags: PREG_SPLIT_DELIM_CAPTURE) ?: [] as $part) {
            if (preg_match('/\A\{(\w+)\}\z/', $part, $parameter) === 1) {
                $names[] = $parameter[1];
                $expression .= '([^.]+)';
            } else {
                $expression .= $part === '*' ? '.*' : preg_quote($part, '/');
            }
        }

        $this->names = $names;
        $this->expression = "/\A{$expression}\z/";
    }

    /**
     * @return ?array<string, string> the parameters by name; null when the channel does not match
     */
    public function match(string $channel): ?array
    {
        return preg_match($this->expression, $channel, $found) === 1
            ? array_combine($this->names, array_slice($found, 1))
            : null;
    }

    private static function ensureClientsMaySend(string $pattern): void
    {
        $literal = substr($pattern, 0, strcspn($pattern, '{*'));

        foreach (self::RESTRICTED as $prefix) {
            $length = min(strlen($literal), strlen($prefix));
            $whole = $literal !== $pattern ? $length : strlen($prefix);

            if (strncmp($literal, $prefix, $whole) === 0) {
                return;
            }
        }

        throw new InvalidArgumentException(
            "Clients send events on private and presence channels only, so none matches the channel \"{$pattern}\". "
            ."Write the whole name, such as \"private-{$pattern}\" or \"presence-{$pattern}\"."
        );
    }
}
