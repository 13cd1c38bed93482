<?php

declare(strict_types=1);

use Illuminate\Database\Migrations\Migration;
use Illuminate\Database\Schema\Blueprint;
use Illuminate\Support\Facades\Schema;

return new class extends Migration
{
    public function up(): void
    {
        Schema::create('pulse_aggregates', function (Blueprint $table): void {
            $table->id();
            $table->unsignedInteger('bucket');
            $table->unsignedInteger('period');
            $table->string('type');
            $table->string('key');
            $table->string('aggregate');
            $table->decimal('value', 20, 2);
            $table->unique(['bucket', 'period', 'type', 'key', 'aggregate']);
        });
    }
};
