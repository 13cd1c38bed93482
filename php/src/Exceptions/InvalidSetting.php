<?php

declare(strict_types=1);

namespace Reverb\Laravel\Exceptions;

/**
 * A setting with a value that cannot be used.
 */
final class InvalidSetting extends CannotStart
{
    private const LONGEST_VALUE = 80;

    public static function mustBe(string $setting, string $expected, mixed $value, string $hint = ''): self
    {
        $hint = $hint === '' ? '' : " {$hint}";

        return new self("{$setting}: must be {$expected}, not ".self::show($value).".{$hint}");
    }

    /**
     * For settings whose value must not end up in a log.
     */
    public static function secretMustBe(string $setting, string $expected, mixed $value, string $hint = ''): self
    {
        $shown = $value === null || $value === '' ? self::show($value) : 'a value of type '.get_debug_type($value);
        $hint = $hint === '' ? '' : " {$hint}";

        return new self("{$setting}: must be {$expected}, not {$shown}.{$hint}");
    }

    public static function because(string $setting, string $reason): self
    {
        return new self("{$setting}: {$reason}");
    }

    private static function show(mixed $value): string
    {
        return match (true) {
            is_string($value) => '"'.mb_strimwidth($value, 0, self::LONGEST_VALUE, '…').'"',
            is_bool($value) => $value ? 'true' : 'false',
            is_int($value), is_float($value) => (string) $value,
            $value === null => 'null',
            default => 'a value of type '.get_debug_type($value),
        };
    }
}
