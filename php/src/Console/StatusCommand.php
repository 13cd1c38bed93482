<?php

declare(strict_types=1);

namespace Reverb\Laravel\Console;

use Illuminate\Console\Command;
use Reverb\Laravel\Broadcasting\PublishingWay;
use Reverb\Laravel\Exceptions\NoStatus;
use Reverb\Laravel\Status\ServerStatus;
use Reverb\Laravel\Status\StatusReader;
use Reverb\Laravel\Status\StatusReport;
use Symfony\Component\Console\Attribute\AsCommand;
use Symfony\Component\Console\Cursor;
use Symfony\Component\Console\Formatter\OutputFormatter;
use Symfony\Component\Console\Output\OutputInterface;
use Symfony\Component\Console\Output\StreamOutput;

#[AsCommand(name: 'reverb:status')]
class StatusCommand extends Command
{
    /** Seconds for which a server may let wait for its answer. */
    private const TIMEOUT = 2.0;

    /** Microseconds between two samples. */
    private const INTERVAL = 1_000_000;

    /** @var string */
    protected $signature = 'reverb:status
                {--json : One JSON object, or with --watch one a line}
                {--watch : Show it anew every second, until Ctrl-C}';

    /** @var string */
    protected $description = 'Show what the running Reverb server does';

    private bool $watching = true;

    public function handle(StatusReader $reader, PublishingWay $way): int
    {
        $transport = $way->first();

        try {
            $earlier = $reader->read(self::TIMEOUT);

            if ($this->option('watch') === true) {
                return $this->watch($reader, $earlier, $transport);
            }

            usleep(self::INTERVAL);
            $this->show(StatusReport::of($reader->read(self::TIMEOUT), $earlier, $transport));
        } catch (NoStatus $e) {
            $this->complain($e);

            return self::FAILURE;
        }

        return self::SUCCESS;
    }

    /**
     * A server that is restarted meanwhile is shown again when it answers.
     */
    private function watch(StatusReader $reader, ServerStatus $earlier, string $transport): int
    {
        $this->trap(fn (): array => [SIGINT, SIGTERM], function (): void {
            $this->watching = false;
        });

        $cursor = $this->output->isDecorated() && $this->option('json') !== true ? new Cursor($this->output) : null;
        $cursor?->clearScreen();

        // Without signals nobody would show the cursor again after Ctrl-C.
        if (defined('SIGINT')) {
            $cursor?->hide();
        }

        $status = self::SUCCESS;

        while ($this->pause()) {
            try {
                $latest = $reader->read(self::TIMEOUT);
                $cursor?->moveToPosition(1, 0)->clearOutput();
                $this->show(StatusReport::of($latest, $earlier, $transport));
                $earlier = $latest;
                $status = self::SUCCESS;
            } catch (NoStatus $e) {
                $cursor?->moveToPosition(1, 0)->clearOutput();
                $this->complain($e);
                $status = self::FAILURE;
            }
        }

        $cursor?->show();

        return $status;
    }

    /**
     * @return bool whether to go on
     */
    private function pause(): bool
    {
        if ($this->watching) {
            // A signal ends it early.
            usleep(self::INTERVAL);
        }

        return $this->watching;
    }

    private function show(StatusReport $report): void
    {
        if ($this->option('json') === true) {
            $this->json($report->toArray());

            return;
        }

        foreach ($report->sections() as $section => $lines) {
            $this->newLine();
            $this->components->twoColumnDetail("<fg=green;options=bold>{$section}</>");

            foreach ($lines as $title => $value) {
                $this->components->twoColumnDetail(OutputFormatter::escape((string) $title), OutputFormatter::escape($value));
            }
        }

        $this->end("\n");
    }

    private function complain(NoStatus $e): void
    {
        if ($this->option('json') === true) {
            $this->json(['error' => $e->getMessage()]);
        } else {
            $this->components->error($e->getMessage());
            $this->end("\n");
        }
    }

    /**
     * @param  array<string, mixed>  $value
     */
    private function json(array $value): void
    {
        $this->end(
            json_encode($value, JSON_THROW_ON_ERROR | JSON_UNESCAPED_SLASHES | JSON_UNESCAPED_UNICODE | JSON_PRESERVE_ZERO_FRACTION)."\n"
        );
    }

    /**
     * Writes the end of what is shown, past Symfony, which does not tell that nobody reads any more:
     * `head` has had enough, or the terminal is gone. Then there is nothing to watch for.
     */
    private function end(string $text): void
    {
        if ($this->output->isQuiet()) {
            return;
        }

        $output = $this->output->getOutput();

        if (! $output instanceof StreamOutput) {
            $output->write($text, options: OutputInterface::OUTPUT_RAW);
        } elseif (@fwrite($output->getStream(), $text) === false) {
            $this->watching = false;
        }
    }
}
