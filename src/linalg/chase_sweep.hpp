#pragma once
// One sweep of bulge chasing, unrolled for a band of N (Lang 1993, SIAM J. Sci. Comput. 14; Haidar, Ltaief & Dongarra
// 2011). Column s is reduced to two entries by a reflector of the N rows from s + 1; applied from both sides it fills
// the block below, whose first column is reduced by a reflector of the next N rows, and so on to the end. The rest of
// each bulge waits for the next sweep, so that two bands of storage suffice. Rows past the end are zero, which spares
// every loop its remainder.
#include <algorithm>

#include "linalg/bulge_chase.hpp"
#include "linalg/householder.hpp"

namespace physgrad {

/// In the order they are applied to B: B := H B H, H = I - scale v v^T on the N rows from `rows`.
struct Reflections {
  std::vector<Index> rows;
  std::vector<double> scales;
  std::vector<double> vectors;  ///< N each
};

template <int N>
class ChaseSweep {
 public:
  ChaseSweep(Band& band, Reflections& done) : band_(band), done_(done) {}

  /// Reduces column s.
  void run(Index s) {
    reflect(at(s + 1, s));
    for (Index start = s + 1;; start += N) {
      done_.rows.push_back(start);
      done_.scales.push_back(scale_);
      done_.vectors.insert(done_.vectors.end(), v_.begin(), v_.end());
      both_sides(at(start, start));
      if (start + N >= band_.order) return;
      below(at(start + N, start));
    }
  }

 private:
  using Packet = Eigen::internal::packet_traits<double>::type;
  static constexpr int kPacket = Eigen::internal::packet_traits<double>::size;
  static constexpr int kBlock = kPacket < 4 ? 4 : kPacket;  // order of the diagonal blocks that are done by entries
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
    for (int block = 0; block < N; block += kBlock) product(d, block);
    const double correction = 0.5 * scale_ * scale_ * y_.dot(v_);
    y_ = scale_ * y_ - correction * v_;
    for (int block = 0; block < N; block += kBlock) update(d, block);
  }

  // y_ += what the columns from `first` of D contribute to D v.
  void product(const double* d, int first) {
    for (int c = first; c < first + kBlock; ++c) {
      const double* column = d + c * kStride;
      double sum = column[c] * v_[c];
      for (int r = c + 1; r < first + kBlock; ++r) {
        y_[r] += column[r] * v_[c];
        sum += column[r] * v_[r];
      }
      y_[c] += sum;
    }
    for (int c = first; c < first + kBlock; c += 4) {
      const double* column = d + c * kStride;
      Packet sums[4];
      for (Packet& sum : sums) sum = all(0);
      for (int r = first + kBlock; r < N; r += kPacket) {
        const Packet v = load(v_.data() + r);
        Packet y = load(y_.data() + r);
        for (int k = 0; k < 4; ++k) {
          const Packet entry = load(column + k * kStride + r);
          y = add(entry, all(v_[c + k]), y);
          sums[k] = add(entry, v, sums[k]);
        }
        store(y_.data() + r, y);
      }
      for (int k = 0; k < 4; ++k) y_[c + k] += Eigen::internal::predux(sums[k]);
    }
  }

  // D := D - v y^T - y v^T in the columns from `first`.
  void update(double* d, int first) {
    for (int c = first; c < first + kBlock; ++c) {
      double* column = d + c * kStride;
      for (int r = c; r < first + kBlock; ++r) column[r] -= v_[r] * y_[c] + y_[r] * v_[c];
      const Packet v = all(-v_[c]);
      const Packet y = all(-y_[c]);
      for (int r = first + kBlock; r < N; r += kPacket)
        store(column + r, add(load(v_.data() + r), y, add(load(y_.data() + r), v, load(column + r))));
    }
  }

  Band& band_;
  Reflections& done_;
  Column v_, y_;
  double scale_ = 0;
};

/// Reduces the columns first .. last - 1; `done` receives the reflections in place of what it held.
template <int N>
void chase_sweeps(Band& band, Index first, Index last, Reflections& done) {
  done.rows.clear();
  done.scales.clear();
  done.vectors.clear();
  ChaseSweep<N> sweep(band, done);
  for (Index s = first; s < last; ++s) sweep.run(s);
}

}  // namespace physgrad
