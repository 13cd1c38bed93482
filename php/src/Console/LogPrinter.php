<?php

declare(strict_types=1);

namespace Reverb\Laravel\Console;

use Illuminate\Console\OutputStyle;
use Illuminate\Console\View\Components\Factory;
use Illuminate\Support\Str;

/**
 * The server's log on the terminal: warnings and errors always, the rest with --debug, a line in
 * two columns each and the message, where there is one, below.
 */
final class LogPrinter
{
    private const LONGEST_MESSAGE = 200;

    public function __construct(
        private readonly Factory $components,
        private readonly OutputStyle $output,
        private readonly bool $debug,
    ) {}

    public function print(string $level, string $title, string $detail): void
    {
        if ($level === 'error') {
            $this->components->error(trim("{$title} {$detail}"));
        } elseif ($level === 'warning') {
            $this->components->warn(trim("{$title} {$detail}"));
        } elseif ($this->debug) {
            $this->line($title, $detail);
        }
    }

    private function line(string $title, string $detail): void
    {
        // "123.456 {"event":…}": who, and the message.
        [$subject, $message] = [...explode(' ', $detail, 2), ''];

        if (! str_starts_with($message, '{')) {
            $this->components->twoColumnDetail($title, $detail);

            return;
        }

        $this->components->twoColumnDetail($title, $subject);

        // Raw: what a client sent must not be taken for formatting.
        $this->output->writeln(
            '  '.str_replace("\n", "\n  ", Str::limit(self::pretty($message), self::LONGEST_MESSAGE))."\n",
            OutputStyle::OUTPUT_RAW
        );
    }

    private static function pretty(string $message): string
    {
        $decoded = json_decode($message);

        return $decoded === null
            ? $message
            : json_encode($decoded, JSON_PRETTY_PRINT | JSON_UNESCAPED_SLASHES | JSON_UNESCAPED_UNICODE | JSON_THROW_ON_ERROR);
    }
}
