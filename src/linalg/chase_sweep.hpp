#pragma once
// One sweep of bulge chasing, unrolled for a band of N (Lang 1993, SIAM J. Sci. Comput. 14; Haidar, Ltaief & Dongarra
// 2011). Column s is reduced to two entries by a reflector of the N rows from s + 1; applied from both sides it fills
// the block below, whose first column is reduced by a reflector of the next N rows, and so on to the end. The rest of
// each bulge waits for the next sweep, so that two bands of storage suffice. Rows past the end are zero, which spares
// every loop its remainder.
#include <algorithm>
#include <array>

#include "physgrad/linalg/bulge_chase.hpp"
#include "physgrad/linalg/householder.hpp"

namespace physgrad {

/// In the order they are applied to B: B := H B H, H = I - scale v v^T on the N rows from `rows`.
struct Reflections {
  std::vector<Index> rows;
  std::vector<double> scales;
  std::vector<double> vectors;  ///< N each

  /// Empty, with room for `count` reflections of n entries.
  void reset(Index count, Index n) {
    rows.clear();
    scales.clear();
    vectors.clear();
    rows.reserve(static_cast<std::size_t>(count));
    scales.reserve(static_cast<std::size_t>(count));
    vectors.reserve(static_cast<std::size_t>(count * n));
  }
};

template <int N>
class ChaseSweep {
 public:
  ChaseSweep(Band& band, Index column) : band_(band), start_(column + 1) { reflect(at(start_, column)); }

  [[nodiscard]] bool finished() const { return start_ >= band_.order; }

  /// One diagonal block and the block below it, which yields the reflector of the next step.
  void step(Reflections& done) {
    done.rows.push_back(start_);
    done.scales.push_back(scale_);
    done.vectors.insert(done.vectors.end(), v_.begin(), v_.end());
    both_sides(at(start_, start_));
    if (start_ + N < band_.order) below(at(start_ + N, start_));
    start_ += N;
  }

 private:
  using Packet = Eigen::internal::packet_traits<double>::type;
  static constexpr int kPacket = Eigen::internal::packet_traits<double>::size;
  static constexpr int kBlock = kPacket < 4 ? 4 : kPacket;  // order of the diagonal blocks, which are masked
  static constexpr int kPackets = N / kPacket;
  static constexpr Index kStride = 2 * N;  // between the columns of a block of the band
  static_assert(N % kBlock == 0);
  using Column = Eigen::Matrix<double, N, 1>;
  struct Packets {
    Packet p[kPackets];
  };

  static Packet load(const double* from) { return Eigen::internal::ploadu<Packet>(from); }
  static void store(double* to, const Packet& from) { Eigen::internal::pstoreu(to, from); }
  static Packet add(const Packet& a, const Packet& b, const Packet& c) { return Eigen::internal::pmadd(a, b, c); }
  static Packet mul(const Packet& a, const Packet& b) { return Eigen::internal::pmul(a, b); }
  static Packet all(double x) { return Eigen::internal::pset1<Packet>(x); }

  double* at(Index i, Index j) { return &band_.entries(i - j, j - band_.first); }

  // The reflector that reduces the column at `column`, into v_ and scale_.
  void reflect(double* column) {
    v_ = Eigen::Map<Column>(column);
    const Reflector reflector = make_reflector(v_);
    scale_ = reflector.scale;
    std::fill(column, column + N, 0.0);
    column[0] = reflector.beta;
  }

  // E := E H for the block below, then the reflector of E's first column, E := H E with that.
  void below(double* e) {
    Packets y;
    for (int p = 0; p < kPackets; ++p) y.p[p] = all(0);
    for (int c = 0; c < N; ++c) {
      const Packet factor = all(scale_ * v_[c]);
      for (int p = 0; p < kPackets; ++p) y.p[p] = add(load(e + c * kStride + p * kPacket), factor, y.p[p]);
    }
    const Column v = v_;
    for (int p = 0; p < kPackets; ++p) store(e + p * kPacket, add(y.p[p], all(-v[0]), load(e + p * kPacket)));
    reflect(e);
    for (int c = 1; c < N; ++c) column_below(e + c * kStride, y, -v[c]);
  }

  // One column of E: e := H (e + factor y).
  void column_below(double* e, const Packets& y, double factor) {
    const Packet f = all(factor);
    Packets updated;
    Packet even = all(0);
    Packet odd = all(0);
    for (int p = 0; p < kPackets; ++p) {
      updated.p[p] = add(y.p[p], f, load(e + p * kPacket));
      Packet& sum = p % 2 == 0 ? even : odd;
      sum = add(updated.p[p], load(v_.data() + p * kPacket), sum);
    }
    const Packet projection = all(-scale_ * Eigen::internal::predux(Eigen::internal::padd(even, odd)));
    for (int p = 0; p < kPackets; ++p)
      store(e + p * kPacket, add(load(v_.data() + p * kPacket), projection, updated.p[p]));
  }

  // D := H D H for the diagonal block, lower triangle only.
  void both_sides(double* d) {
    y_.setZero();
    for (int c = 0; c < N; c += 4) product(d, c / kBlock * kBlock, c);
    const double correction = 0.5 * scale_ * scale_ * y_.dot(v_);
    y_ = scale_ * y_ - correction * v_;
    for (int c = 0; c < N; ++c) update(d, c / kBlock * kBlock, c);
  }

  // 1 from (below == false) or below the diagonal of a diagonal block, 0 above: what a column holds above its diagonal
  // belongs to other columns of the band.
  static constexpr auto mask(bool below) {
    std::array<double, kBlock * kBlock> result{};
    for (int c = 0; c < kBlock; ++c)
      for (int r = 0; r < kBlock; ++r) result[static_cast<std::size_t>(c * kBlock + r)] = r > c || (r == c && !below);
    return result;
  }
  alignas(64) static constexpr std::array<double, kBlock* kBlock> kBelow = mask(true);
  alignas(64) static constexpr std::array<double, kBlock* kBlock> kFrom = mask(false);

  // y_ += what four columns of D, of the diagonal block at `first`, contribute to D v.
  void product(const double* d, int first, int c) {
    const double* column = d + c * kStride;
    Packet factors[4];
    Packet sums[4];
    for (int k = 0; k < 4; ++k) {
      factors[k] = all(v_[c + k]);
      sums[k] = all(0);
    }
    const auto rows = [&](int r, const auto& entry) {
      const Packet v = load(v_.data() + r);
      Packet y = load(y_.data() + r);
      for (int k = 0; k < 4; ++k) {
        const Packet e = entry(k, r);
        y = add(e, factors[k], y);
        sums[k] = add(e, v, sums[k]);
      }
      store(y_.data() + r, y);
    };
    for (int r = first; r < first + kBlock; r += kPacket)
      rows(r, [&](int k, int i) {
        return mul(load(column + k * kStride + i),
                   load(&kBelow[static_cast<std::size_t>((c + k - first) * kBlock + i - first)]));
      });
    for (int r = first + kBlock; r < N; r += kPacket)
      rows(r, [&](int k, int i) { return load(column + k * kStride + i); });
    for (int k = 0; k < 4; ++k) y_[c + k] += Eigen::internal::predux(sums[k]) + column[k * kStride + c + k] * v_[c + k];
  }

  // D := D - v y^T - y v^T in column c of the diagonal block at `first`.
  void update(double* d, int first, int c) {
    double* column = d + c * kStride;
    const Packet v = all(-v_[c]);
    const Packet y = all(-y_[c]);
    const auto change = [&](int r) { return add(load(v_.data() + r), y, mul(load(y_.data() + r), v)); };
    for (int r = first; r < first + kBlock; r += kPacket) {
      const Packet keep = load(&kFrom[static_cast<std::size_t>((c - first) * kBlock + r - first)]);
      store(column + r, add(keep, change(r), load(column + r)));
    }
    for (int r = first + kBlock; r < N; r += kPacket)
      store(column + r, add(load(v_.data() + r), y, add(load(y_.data() + r), v, load(column + r))));
  }

  Band& band_;
  Index start_;
  Column v_, y_;
  double scale_ = 0;
};

/// Reduces the columns first .. last - 1; `done` receives the reflections in place of what it held. A few sweeps run
/// together, each two steps behind the one before it, which is as close as they may: the blocks between the first and
/// the last of them stay in cache.
template <int N>
void chase_sweeps(Band& band, Index first, Index last, Reflections& done) {
  constexpr Index kTogether = 4;
  done.reset((last - first) * ((band.order - first) / N + 1), N);
  for (Index column = first; column < last; column += kTogether) {
    std::vector<ChaseSweep<N>> sweeps;
    sweeps.reserve(kTogether);
    const auto count = static_cast<std::size_t>(std::min(kTogether, last - column));
    for (std::size_t time = 0; sweeps.size() < count || !sweeps.back().finished(); ++time) {
      if (time % 2 == 0 && sweeps.size() < count) sweeps.emplace_back(band, column + static_cast<Index>(time / 2));
      for (ChaseSweep<N>& sweep : sweeps) {
        if (!sweep.finished()) sweep.step(done);
      }
    }
  }
}

}  // namespace physgrad
