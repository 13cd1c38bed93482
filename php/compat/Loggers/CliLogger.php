<?php

declare(strict_types=1);

namespace Laravel\Reverb\Loggers;

use Illuminate\Console\OutputStyle;
use Illuminate\Console\View\Components\Factory;
use Illuminate\Support\Str;
use Laravel\Reverb\Contracts\Logger;
use Reverb\Laravel\Console\ReadableMessage;
use Symfony\Component\Console\Formatter\OutputFormatter;

/**
 * To the terminal: a line in two columns each, and the message, where there is one, below. Bound by
 * `reverb:start --debug`.
 */
class CliLogger implements Logger
{
    private const LONGEST_MESSAGE = 200;

    /** @var Factory */
    protected $components;

    public function __construct(protected OutputStyle $output)
    {
        $this->components = new Factory($output);
    }

    public function info(string $title, ?string $message = null): void
    {
        $this->components->twoColumnDetail($title, $message);
    }

    public function error(string $message): void
    {
        $this->output->error(OutputFormatter::escape($message));
    }

    public function message(string $message): void
    {
        $text = Str::limit(ReadableMessage::of($message), self::LONGEST_MESSAGE);

        // Raw: what a client sent must not be taken for formatting.
        $this->output->writeln('  '.str_replace("\n", "\n  ", $text)."\n", OutputStyle::OUTPUT_RAW);
    }

    public function line(int $lines = 1): void
    {
        $this->output->newLine($lines);
    }
}
