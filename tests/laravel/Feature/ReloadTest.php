<?php

declare(strict_types=1);

namespace Reverb\Laravel\Tests\Feature;

use Illuminate\Foundation\Console\ReloadCommand;
use PHPUnit\Framework\Attributes\Test;
use PHPUnit\Framework\TestCase;
use Reverb\Laravel\Tests\Support\Installation;

/**
 * The framework's commands that act on all services of an application.
 */
final class ReloadTest extends TestCase
{
    #[Test]
    public function reload_restarts_the_server(): void
    {
        $this->ensureReload();
        $installation = new Installation;
        $server = $installation->start();

        $output = $installation->artisan(['reload'])->mustRun()->getOutput();

        $this->assertMatchesRegularExpression('/^  reverb \.+.* DONE$/m', $output);
        $this->assertSame(0, $server->exitStatus());
        $this->assertStringContainsString('Stopping server on 127.0.0.1:', $server->output());
    }

    #[Test]
    public function reload_leaves_it_alone_when_told_so(): void
    {
        $this->ensureReload();
        $output = (new Installation)->artisan(['reload', '--except=reverb'])->mustRun()->getOutput();

        $this->assertStringNotContainsString('reverb', $output);
    }

    #[Test]
    public function dev_runs_the_server(): void
    {
        $output = (new Installation(['TEST_DEV_COMMANDS' => '1']))->artisan(['test:dev-commands'])->mustRun()->getOutput();

        $this->assertSame(['reverb' => 'reverb:start'], json_decode($output, true));
    }

    private function ensureReload(): void
    {
        if (! class_exists(ReloadCommand::class)) {
            $this->markTestSkipped('This Laravel has no reload command.');
        }
    }
}
